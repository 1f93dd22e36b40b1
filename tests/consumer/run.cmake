# Configures, builds and runs the consumer in tests/consumer/${WAY}, from nothing.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGV}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
if(WAY STREQUAL "installed")
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
  set(options -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${WORK}/prefix)
else()
  # The whole library once more, as the Python package compiles it: the compiler cache serves the
  # second of the two.
  set(options -DCMAKE_BUILD_TYPE=Release -DDABIAO_FOLDER=${PROJECT})
endif()
run(${CMAKE_COMMAND} -S ${PROJECT}/tests/consumer/${WAY} -B ${WORK}/build -G ${GENERATOR} ${options})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)

# The examples are written against an installed tree too.
if(WAY STREQUAL "installed")
  run(${CMAKE_COMMAND} -S ${PROJECT}/examples/cpp -B ${WORK}/examples -G ${GENERATOR} ${options})
  run(${CMAKE_COMMAND} --build ${WORK}/examples)
  run(${WORK}/examples/assess ${PROJECT}/examples/cpp/lunch.biao)
endif()
