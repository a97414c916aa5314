// SPDX-License-Identifier: Apache-2.0
// Reads what a caller passes. The first fault is kept; after it every reader answers something empty.
#ifndef CASECOMM_CAPI_ARGUMENTS_H_
#define CASECOMM_CAPI_ARGUMENTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "casecomm/casecomm.h"
#include "casecomm/status.h"
#include "casecomm/trust.h"
#include "handles.h"
#include "structs.h"

namespace casecomm::capi {

// invalid_argument, "bad_argument".
Status BadArgument(std::string_view subject, std::string message);
Status NullArgument(std::string_view subject);
Status WrongSize(std::string_view subject);
Status BadHandle(Kind kind);
Status BusyHandle(Kind kind);

// Serves one call at a time.
class Busy {
 public:
  bool Enter() { return !in_use_.exchange(true, std::memory_order_acquire); }
  void Leave() { in_use_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> in_use_{false};
};

// An object that has a `busy`, held for one call.
template <typename Object>
class Exclusive {
 public:
  Exclusive() = default;
  explicit Exclusive(std::shared_ptr<Object> entered) : object_(std::move(entered)) {}
  Exclusive(Exclusive&&) noexcept = default;
  Exclusive& operator=(Exclusive&&) = delete;
  ~Exclusive() {
    if (object_) object_->busy.Leave();
  }
  Object* operator->() const { return object_.get(); }
  Object& operator*() const { return *object_; }

 private:
  std::shared_ptr<Object> object_;
};

// What a casecomm_str shows; false for data NULL with a size, and for sizes that no object has.
inline bool View(casecomm_str text, std::string_view* out) {
  if (text.size > static_cast<size_t>(std::numeric_limits<ptrdiff_t>::max()) || (!text.data && text.size != 0)) {
    return false;
  }
  *out = text.data ? std::string_view(text.data, text.size) : std::string_view();
  return true;
}

// A view for the caller, never NULL; of a missing optional it is absent.
inline casecomm_str Str(std::string_view text) {
  return {text.data() ? text.data() : "", text.size()};
}
template <typename Optional>
casecomm_str OptionalStr(const Optional& text) {
  return text ? Str(*text) : casecomm_str{nullptr, 0};
}

class Arguments {
 public:
  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }

  // Keeps the fault if it is the first.
  void Refuse(Status fault) {
    if (status_.ok()) status_ = std::move(fault);
  }

  // The object behind a handle, or null. "bad_handle".
  template <typename Handle>
  std::shared_ptr<ObjectOf<Handle>> Pin(Handle handle) {
    auto object = capi::Pin(handle);
    if (!object) Refuse(BadHandle(Noun<Handle>::kKind));
    return object;
  }

  // The same, for this call alone. "busy".
  template <typename Handle>
  Exclusive<ObjectOf<Handle>> Take(Handle handle) {
    auto object = Pin(handle);
    if (!object || !ok()) return {};
    if (!object->busy.Enter()) {
      Refuse(BusyHandle(Noun<Handle>::kKind));
      return {};
    }
    return Exclusive<ObjectOf<Handle>>(std::move(object));
  }

  // A text; absent is empty.
  std::string_view Text(casecomm_str text, std::string_view name) {
    std::string_view view;
    if (!View(text, &view)) Refuse(BadArgument(name, "the text was NULL with a size, or impossibly long"));
    return view;
  }
  std::string String(casecomm_str text, std::string_view name) { return std::string(Text(text, name)); }

  // Replaces what is in `out`, whose memory is used again.
  void Strings(const casecomm_str* texts, size_t count, std::string_view name, std::vector<std::string>* out);
  std::vector<std::string> Strings(const casecomm_str* texts, size_t count, std::string_view name) {
    std::vector<std::string> strings;
    Strings(texts, count, name, &strings);
    return strings;
  }

  // False for an array that is NULL with a count, or impossibly long.
  bool Count(const void* array, size_t count, std::string_view name);

  // A struct, copied. "struct_size".
  template <typename T>
  T Struct(const T* in, std::string_view name) {
    T value{};
    if (!in) {
      Refuse(NullArgument(name));
    } else if (!Read(in, &value)) {
      Refuse(WrongSize(name));
    }
    return value;
  }

  // A mail, checked but for its texts.
  casecomm_mail Mail(const casecomm_mail* in) {
    const casecomm_mail mail = Struct(in, "mail");
    Only(mail.flags, CASECOMM_MAIL_ENVELOPE_KNOWN, "mail.flags");
    Zero(mail.reserved, "mail.reserved");
    return mail;
  }

  // The host's own verdict on who wrote; 0 is none.
  std::optional<Trust> Verdict(int32_t trust, std::string_view name) {
    if (trust == 0) return std::nullopt;
    if (trust < CASECOMM_TRUST_NONE || trust > CASECOMM_TRUST_FAIL) {
      Refuse(BadArgument(name, "the number was none of CASECOMM_TRUST_..."));
      return std::nullopt;
    }
    return static_cast<Trust>(trust);
  }

  // Whether `out` may be written at the end.
  template <typename T>
  void Out(const T* out) {
    if (!out) {
      Refuse(NullArgument("out"));
    } else if (!Writable(out)) {
      Refuse(WrongSize("out"));
    }
  }

  // A `reserved`, or flags of which only those in `known` may be set.
  void Only(uint64_t value, uint64_t known, std::string_view name) {
    if ((value & ~known) != 0) Refuse(BadArgument(name, "a value that this library does not know was set"));
  }
  void Zero(uint64_t value, std::string_view name) { Only(value, 0, name); }

 private:
  Status status_;
};

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_ARGUMENTS_H_
