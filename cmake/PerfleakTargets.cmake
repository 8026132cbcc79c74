# The settings every target of ours shares, carried by one interface target so that nothing is global.
add_library(perfleak_settings INTERFACE)
target_compile_features(perfleak_settings INTERFACE cxx_std_20)
target_compile_options(perfleak_settings INTERFACE -Wall -Wextra -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of std::string operator+ where nothing is wrong (GCC bug 105329).
  target_compile_options(perfleak_settings INTERFACE -Wno-restrict)
endif()
if(PERFLEAK_WERROR)
  target_compile_options(perfleak_settings INTERFACE -Werror)
endif()
if(PERFLEAK_SANITIZE)
  target_compile_options(perfleak_settings INTERFACE
    -fsanitize=${PERFLEAK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(perfleak_settings INTERFACE -fsanitize=${PERFLEAK_SANITIZE})
endif()

# perfleak_layer(NAME SOURCES file.cc... DEPENDS layer... LIBRARIES target...)
# One folder of src as a static library perfleak_NAME. A layer links only the layers it may include.
function(perfleak_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(perfleak_${name} STATIC ${ARG_SOURCES})
  target_include_directories(perfleak_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  list(TRANSFORM ARG_DEPENDS PREPEND perfleak_)
  target_link_libraries(perfleak_${name} PUBLIC ${ARG_DEPENDS} PRIVATE perfleak_settings
                        ${ARG_LIBRARIES})
  target_compile_features(perfleak_${name} PUBLIC cxx_std_20)
endfunction()

# perfleak_tests(NAME SOURCES file_test.cc... LIBRARIES target...)
# The tests of one layer as one doctest program, each test case known to CTest by its sentence.
function(perfleak_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(perfleak_${name}_tests ${ARG_SOURCES})
  target_link_libraries(perfleak_${name}_tests PRIVATE perfleak_settings perfleak_test_support
                        ${ARG_LIBRARIES})
  doctest_discover_tests(perfleak_${name}_tests TEST_PREFIX "${name}: ")
endfunction()
