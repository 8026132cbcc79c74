# The settings every target of ours shares, carried by one interface target so that nothing is global.
add_library(perfleak_settings INTERFACE)
target_compile_features(perfleak_settings INTERFACE cxx_std_20)
target_compile_options(perfleak_settings INTERFACE -Wall -Wextra -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of std::string operator+ where nothing is wrong (GCC bug 105329).
  target_compile_options(perfleak_settings INTERFACE -Wno-restrict)
endif()
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Of a class of an included .cc that has file-local members; there the warning is meant for headers.
  target_compile_options(perfleak_settings INTERFACE -Wno-subobject-linkage)
endif()
if(PERFLEAK_WERROR)
  target_compile_options(perfleak_settings INTERFACE -Werror)
endif()
if(PERFLEAK_SANITIZE)
  target_compile_options(perfleak_settings INTERFACE
    -fsanitize=${PERFLEAK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(perfleak_settings INTERFACE -fsanitize=${PERFLEAK_SANITIZE})
endif()

# perfleak_layer(NAME [HOT] SOURCES file.cc... ALONE file.cc... DEPENDS layer... LIBRARIES target...)
# One folder of src as a static library perfleak_NAME. A layer links only the layers it may include.
#
# A build from scratch takes a third of the time with CMAKE_UNITY_BUILD=ON, which the presets of such
# builds set: several SOURCES are compiled as one, since most of the time goes into the headers they
# share. ALONE are those that stay by themselves, because their file-local names are also another's,
# or because they take long and would keep one core waiting at the end. HOT are the layers whose loops
# take the time of a run: only these are worth what -O3 takes to compile.
function(perfleak_layer name)
  cmake_parse_arguments(ARG "HOT" "" "SOURCES;ALONE;DEPENDS;LIBRARIES" ${ARGN})
  add_library(perfleak_${name} STATIC ${ARG_SOURCES} ${ARG_ALONE})
  if(NOT ARG_HOT)
    target_compile_options(perfleak_${name} PRIVATE $<$<CONFIG:Release>:-O2>)
  endif()
  set_target_properties(perfleak_${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 15)
  set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(perfleak_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  list(TRANSFORM ARG_DEPENDS PREPEND perfleak_)
  target_link_libraries(perfleak_${name} PUBLIC ${ARG_DEPENDS} PRIVATE perfleak_settings
                        ${ARG_LIBRARIES})
  target_compile_features(perfleak_${name} PUBLIC cxx_std_20)
endfunction()

# perfleak_tests(NAME SOURCES file_test.cc... LIBRARIES target...)
# The tests of one layer as one doctest program, each test case known to CTest by its sentence.
# CTest runs the property tests on the same random inputs every time, so that what failed fails again;
# to search further run a program by itself: RC_PARAMS="max_success=100000" perfleak_model_tests
function(perfleak_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(perfleak_${name}_tests ${ARG_SOURCES})
  target_link_libraries(perfleak_${name}_tests PRIVATE perfleak_settings perfleak_test_support
                        ${ARG_LIBRARIES})
  doctest_discover_tests(perfleak_${name}_tests TEST_PREFIX "${name}: "
                         PROPERTIES ENVIRONMENT RC_PARAMS=seed=1)
endfunction()
