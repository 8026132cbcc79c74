// Names of files inside archives, which may be in any encoding and of any length.
#ifndef PERFLEAK_INPUT_MEMBER_NAME_H_
#define PERFLEAK_INPUT_MEMBER_NAME_H_

#include <string>
#include <string_view>

namespace perfleak {

// `raw` as UTF-8 with slashes, to be shown through Printable. What is no UTF-8 is read as the code
// page of DOS and of Windows Explorer (`is_dos`: a ZIP) or as Windows-1252. The middle of a name of
// more than 400 bytes is left out.
std::string MemberName(std::string_view raw, bool is_dos);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_MEMBER_NAME_H_
