#include "app/merge.h"

#include "app/result_files.h"

namespace perfleak {

Result<FleetReport> Merge(const MergeOptions& options) {
  const auto judge = FleetJudge::Make(options.settings);
  if (!judge) return judge.error();
  if (auto ok = PrepareResultFolder(options.emit); !ok) return ok.error();
  const auto results = ResultFiles::Open(options.results);
  if (!results) return results.error();
  const auto load = [&results](const DigestHandle& handle) { return (*results)->Load(handle); };
  if (auto ok = WriteResultFiles(options.emit, (*results)->digests(), load); !ok) {
    return ok.error();
  }
  return judge->Judge((*results)->digests(), load, {});
}

}  // namespace perfleak
