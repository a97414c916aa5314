# SPDX-License-Identifier: Apache-2.0
# What every target of ours shares: warnings, sanitizers, and the shape of a room.

add_library(casecomm_flags INTERFACE)
target_compile_options(casecomm_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
# g++ 12 sees overlapping copies in "text" + std::to_string(n) (GCC bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(casecomm_flags INTERFACE -Wno-restrict)
endif()
if(CASECOMM_WARNINGS_AS_ERRORS)
  target_compile_options(casecomm_flags INTERFACE -Werror)
endif()
if(CASECOMM_SANITIZE)
  add_compile_options(-fsanitize=${CASECOMM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CASECOMM_SANITIZE})
  add_compile_options(-O1 -g1)  # enough for their reports, in half the compiler's time
  # The sanitizers' own code gives false alarms of this one, as the manual of GCC says.
  target_compile_options(casecomm_flags INTERFACE -Wno-maybe-uninitialized)
endif()

if(CASECOMM_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "CASECOMM_FUZZ needs clang")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(CASECOMM_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate -fcoverage-mapping)
endif()

# casecomm_room(<name> [PATH dir] [USES target...] [PRIVATE target...])
# A room is the static library casecomm_<name>, made of every .cc in lib/<dir>.
# USES are rooms whose headers its own headers name; PRIVATE are libraries that stay inside.
function(casecomm_room name)
  cmake_parse_arguments(ROOM "" "PATH" "USES;PRIVATE" ${ARGN})
  if(NOT ROOM_PATH)
    set(ROOM_PATH ${name})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lib/${ROOM_PATH}/*.cc)
  if(NOT sources)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cc "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.cc)
  endif()
  add_library(casecomm_${name} STATIC ${sources})
  add_library(casecomm::${name} ALIAS casecomm_${name})
  target_include_directories(casecomm_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${CMAKE_SOURCE_DIR}/lib)
  target_link_libraries(casecomm_${name} PUBLIC ${ROOM_USES} PRIVATE $<BUILD_INTERFACE:casecomm_flags> ${ROOM_PRIVATE})
  set_target_properties(casecomm_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS casecomm_${name} EXPORT casecomm ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# Builds the programs with tests labelled threads: what the tsan preset needs.
add_custom_target(threads)

# casecomm_test(<room> [LABELS label] [LIBS target...]): one GoogleTest program for tests/<room>/*_test.cc.
# Its tests carry the label, the room's name if none is given; those with "ManyThreads" in their name carry the
# label threads instead. (gtest_discover_tests loses all but one.)
function(casecomm_test room)
  cmake_parse_arguments(TEST "" "LABELS" "LIBS" ${ARGN})
  string(REPLACE "/" "_" name ${room})
  if(NOT TEST_LABELS)
    set(TEST_LABELS ${name})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${room}/*.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(casecomm_${name}_test ${sources})
  target_include_directories(casecomm_${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR})
  target_compile_definitions(casecomm_${name}_test PRIVATE CASECOMM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(casecomm_${name}_test PRIVATE casecomm_flags ${TEST_LIBS} GTest::gmock GTest::gtest_main)
  # The compiler's time is the tests'; the library stays as it is.
  if(CASECOMM_SANITIZE)
    target_compile_options(casecomm_${name}_test PRIVATE -O0)
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(casecomm_${name}_test PRIVATE -O1)
  endif()
  set(filter "")
  set(threaded "")
  foreach(source ${sources})
    file(STRINGS ${source} lines REGEX "^TEST.*ManyThreads")
    list(APPEND threaded ${lines})
  endforeach()
  if(threaded OR TEST_LABELS STREQUAL "threads")
    add_dependencies(threads casecomm_${name}_test)
  endif()
  if(threaded)
    gtest_discover_tests(casecomm_${name}_test TEST_PREFIX ${room}/ DISCOVERY_TIMEOUT 60 TEST_FILTER "*ManyThreads*"
      PROPERTIES TIMEOUT 600 LABELS threads)
    set(filter TEST_FILTER "-*ManyThreads*")
  endif()
  gtest_discover_tests(casecomm_${name}_test TEST_PREFIX ${room}/ DISCOVERY_TIMEOUT 60 ${filter}
    PROPERTIES TIMEOUT 600 LABELS ${TEST_LABELS})
endfunction()
