# SPDX-License-Identifier: Apache-2.0
# What hosts find: find_package(casecomm), with casecomm::casecomm for C++ and casecomm::capi for C; pkg-config casecomm
# for C. Both may be moved with their prefix.
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/casecomm)
install(EXPORT casecomm NAMESPACE casecomm:: DESTINATION ${package} FILE casecommTargets.cmake)
install(EXPORT casecomm_c NAMESPACE casecomm:: DESTINATION ${package} FILE casecommCTargets.cmake)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/casecommConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/casecommConfig.cmake ${CMAKE_BINARY_DIR}/casecommConfigVersion.cmake DESTINATION ${package})

file(RELATIVE_PATH to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH to_headers ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(cmake/casecomm.pc.in ${CMAKE_BINARY_DIR}/casecomm.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/casecomm.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
