#include "leaks/built_in_knowledge.h"

#include <utility>

#include "base/check.h"
#include "leaks/embedded_knowledge.h"
#include "leaks/rules_codec.h"

namespace perfleak {

KnowledgeBase BuiltInKnowledge() {
  KnowledgeBase base;
  for (RulesFile& file : DecodeRules(EmbeddedKnowledge())) {
    PERFLEAK_CHECK(base.Add(std::move(file)).empty());  // make_knowledge refuses what is not
  }
  return base;
}

}  // namespace perfleak
