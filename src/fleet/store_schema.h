// The tables and views of the results store, which docs/store.md explains.
#ifndef PERFLEAK_FLEET_STORE_SCHEMA_H_
#define PERFLEAK_FLEET_STORE_SCHEMA_H_

#include <cstdint>

namespace perfleak {

// "PfLk": tells our databases from those of other programs.
constexpr int64_t kStoreApplicationId = 0x50664C6B;

// Goes up when a store made before must be converted.
constexpr int64_t kStoreSchemaVersion = 1;

// Makes everything in an empty database, the two numbers among it.
const char* StoreSchema();

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_STORE_SCHEMA_H_
