// What the machines of the logs are, in the head of the text report.
#ifndef PERFLEAK_REPORT_PLATFORM_TEXT_H_
#define PERFLEAK_REPORT_PLATFORM_TEXT_H_

#include <string>
#include <vector>

#include "leaks/platform.h"
#include "report/page.h"

namespace perfleak {

// "Windows NT 4.0 (process spoolss), 32 bit, Exchange Server 5.0 or 5.5 (process dsamain)"
std::string PlatformLine(const Platform& platform);

// One line for each machine, or for several that are alike.
void PrintPlatforms(const std::vector<Platform>& platforms, Page* page);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_PLATFORM_TEXT_H_
