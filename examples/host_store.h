/* SPDX-License-Identifier: Apache-2.0 */
/* A complete store in C, for hosts that bring their own: see host_store.c. */
#ifndef CASECOMM_EXAMPLES_HOST_STORE_H_
#define CASECOMM_EXAMPLES_HOST_STORE_H_

#include <casecomm/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `out` with the table of a new, empty store in this process's memory: give it to casecomm_store_host, once. Its
   `release` frees the store. CASECOMM_RESOURCE_EXHAUSTED: no memory, and `out` is as it was. */
casecomm_status host_store_table(casecomm_host_store* out);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CASECOMM_EXAMPLES_HOST_STORE_H_ */
