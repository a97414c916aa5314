// SPDX-License-Identifier: Apache-2.0
// The store written in Python passes the suite of the library's own stores. The interpreter is inside this program;
// PYTHONPATH names the package and the examples.
#include "tests/seams/store_suite.h"

#include <gtest/gtest.h>
#include <pybind11/embed.h>

#include "errors.h"
#include "seams.h"

namespace casecomm::seams {
namespace {

struct PythonStores {
  std::unique_ptr<host::Store> New() {
    const python::TakeGil gil;
    return python::PythonStore(pybind11::module_::import("dict_store").attr("DictStore")());
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Python, StoreSuite, PythonStores);
// It is gone with its process.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DurableStoreSuite);

}  // namespace
}  // namespace casecomm::seams

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const pybind11::scoped_interpreter interpreter;
  const pybind11::gil_scoped_release released;
  return RUN_ALL_TESTS();
}
