// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_HOST_H_
#define EXAMPLES_CASECOMM_HOST_H_

#include <casecomm/engine.h>
#include <casecomm/status.h>

#include <memory>
#include <string>

#include "arguments.h"

namespace tool {

// Where the store and its key ring stand: --store or CASECOMM_STORE, --keys or FILE.keys.
struct Place {
  std::string store_file;
  std::string key_file;
};
casecomm::Result<Place> FindPlace(const Arguments& arguments);

// Whether there is a store.
bool IsThere(const Place& place);

// Opens a store that is there.
casecomm::Result<std::unique_ptr<casecomm::Engine>> OpenEngine(const Arguments& arguments);

// The same, making the store if it is not there. The key ring is made first, so that no store is ever without one; for
// a store that is there it must be there, too.
casecomm::Result<std::unique_ptr<casecomm::Engine>> CreateOrOpenEngine(const Arguments& arguments);

// Whose word on authentication counts: --authserv-id and the options beside it.
casecomm::Result<casecomm::TrustPolicy> TrustOf(const Arguments& arguments);

// The actor of --as.
casecomm::Actor ActorOf(const Arguments& arguments);

// An engine and a session on it, of --account and --as: what most commands begin with.
struct Opened {
  std::unique_ptr<casecomm::Engine> engine;
  std::unique_ptr<casecomm::Session> session;  // dies before its engine
};
casecomm::Result<Opened> OpenSession(const Arguments& arguments);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_HOST_H_
