// Lines straight from a file: any piece of it can be cut into lines without what is before it, so
// that several threads can do that side by side.
#ifndef PERFLEAK_INPUT_FILE_PIECE_H_
#define PERFLEAK_INPUT_FILE_PIECE_H_

#include "input/line_batch.h"
#include "input/row_kernels.h"

namespace perfleak {

// Reads batch->piece, which does not begin at the file's first byte. The batch is not plain, and
// has no lines, if there are bytes above 0x7F, NULs, lone CRs or a line of more than 8 MiB: what to
// do then takes more than a piece.
void ReadPiece(const RowKernels& kernels, LineBatch* batch);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_FILE_PIECE_H_
