// A SeriesSet as bytes and back, without loss: what decodes is equal bit by bit. Numbers are little
// endian; counters are the ids of the set's CounterTable, which is kept elsewhere.
#ifndef PERFLEAK_SERIES_SERIES_CODEC_H_
#define PERFLEAK_SERIES_SERIES_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/counter_table.h"
#include "series/series_set.h"

namespace perfleak {

std::string EncodeSeriesSet(const SeriesSet& set);

// Errors: bytes that EncodeSeriesSet cannot have written, whatever they are: they are checked,
// never trusted. Ids of counters are less than table.size(); traits are taken from the table.
Result<SeriesSet> DecodeSeriesSet(std::string_view bytes, const CounterTable& table);

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_SERIES_CODEC_H_
