// The knowledge base that every run has.
#ifndef PERFLEAK_LEAKS_BUILT_IN_KNOWLEDGE_H_
#define PERFLEAK_LEAKS_BUILT_IN_KNOWLEDGE_H_

#include "leaks/knowledge_base.h"

namespace perfleak {

// What is built into the program. No text is parsed: that was done when it was built.
KnowledgeBase BuiltInKnowledge();

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_BUILT_IN_KNOWLEDGE_H_
