# The installed package: one export set for each component, so that a program
# asks for what it needs and hears a sentence about what is not there.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(TICKERHUB_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/tickerhub")
set(TICKERHUB_DOC_DIR "${CMAKE_INSTALL_DATAROOTDIR}/doc/tickerhub")

# Installs `target` with its headers as a part of component `name`.
function(tickerhub_install_component name target)
  if(NOT TICKERHUB_INSTALL)
    return()
  endif()
  install(TARGETS ${target} EXPORT tickerhub-${name}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  get_property(components GLOBAL PROPERTY TICKERHUB_COMPONENTS)
  if(NOT name IN_LIST components)
    set_property(GLOBAL APPEND PROPERTY TICKERHUB_COMPONENTS ${name})
  endif()
endfunction()

# Installs tickerhub-NAME.pc. Its paths begin at its own folder, so the prefix
# may be moved.
function(tickerhub_install_pkg_config name description requires private_packages
    private_libraries)
  if(NOT TICKERHUB_INSTALL)
    return()
  endif()
  set(folder "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig")
  foreach(path PREFIX FULL_LIBDIR FULL_INCLUDEDIR)
    cmake_path(RELATIVE_PATH CMAKE_INSTALL_${path} BASE_DIRECTORY "${folder}"
      OUTPUT_VARIABLE ${path})
  endforeach()
  list(TRANSFORM requires REPLACE "(.+)" "tickerhub-\\1 = ${PROJECT_VERSION}")
  list(JOIN requires ", " requires)
  set(define "")
  if(BUILD_SHARED_LIBS)
    # Who links a shared library needs nothing of what is inside.
    set(define " -DTICKERHUB_SHARED")
    set(private_packages "")
    set(private_libraries "")
  endif()
  list(JOIN private_packages ", " private_packages)
  list(JOIN private_libraries " " private_libraries)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/tickerhub.pc.in"
    "${PROJECT_BINARY_DIR}/tickerhub-${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/tickerhub-${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()

# Installs what find_package(tickerhub) reads. Call it after all components.
function(tickerhub_install_package)
  if(NOT TICKERHUB_INSTALL)
    return()
  endif()
  get_property(components GLOBAL PROPERTY TICKERHUB_COMPONENTS)
  foreach(component IN LISTS components)
    install(EXPORT tickerhub-${component} NAMESPACE tickerhub::
      FILE tickerhub-${component}-targets.cmake
      DESTINATION "${TICKERHUB_PACKAGE_DIR}")
  endforeach()

  set(TICKERHUB_COMPONENTS "${components}")
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/tickerhub-config.cmake.in"
    "${PROJECT_BINARY_DIR}/tickerhub-config.cmake"
    INSTALL_DESTINATION "${TICKERHUB_PACKAGE_DIR}"
    NO_SET_AND_CHECK_MACRO)
  # Before 1.0 a minor version may break what was there.
  write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/tickerhub-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
  install(FILES
    "${PROJECT_BINARY_DIR}/tickerhub-config.cmake"
    "${PROJECT_BINARY_DIR}/tickerhub-config-version.cmake"
    DESTINATION "${TICKERHUB_PACKAGE_DIR}")

  install(FILES LICENSE README.md CHANGELOG.md DESTINATION "${TICKERHUB_DOC_DIR}")
  install(DIRECTORY docs DESTINATION "${TICKERHUB_DOC_DIR}")
  # A project of its own there (see examples/CMakeLists.txt).
  install(DIRECTORY examples DESTINATION "${TICKERHUB_DOC_DIR}"
    PATTERN run EXCLUDE)
endfunction()
