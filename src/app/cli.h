// The program: arguments in, exit status out.
#ifndef PERFLEAK_APP_CLI_H_
#define PERFLEAK_APP_CLI_H_

#include <string>
#include <vector>

#include "app/console.h"

namespace perfleak {

// Exit status: 0 analysed, 1 suspects at or above --fail-on, 2 bad usage or input that cannot be
// analysed; of a batch, 4 more if some files could not be read. `arguments` without the program's
// name.
int Run(const std::vector<std::string>& arguments, Console* console);

}  // namespace perfleak

#endif  // PERFLEAK_APP_CLI_H_
