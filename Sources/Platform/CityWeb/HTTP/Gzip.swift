import CZlib
package import NIOCore

/// Gzip (RFC 1952) of finished bodies. Streams are not compressed.
package enum Gzip {
    /// - Parameter level: 1 (fast) to 9 (small). Cached pages are compressed once and sent often,
    ///   so they use 9; everything else 5.
    package static func compress(_ body: ByteBuffer, level: Int32 = 5) -> ByteBuffer {
        var stream = z_stream()
        let automaticHeader: Int32 = 15 + 16
        let opened = deflateInit2_(
            &stream, level, Z_DEFLATED, automaticHeader, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib refuses only wrong constants or lack of memory")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(body.readableBytes)))
        var output = ByteBufferAllocator().buffer(capacity: bound)
        _ = body.withUnsafeReadableBytes { input in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { room in
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.baseAddress?.assumingMemoryBound(to: Bytef.self)
                stream.avail_out = UInt32(room.count)
                let done = deflate(&stream, Z_FINISH)
                precondition(done == Z_STREAM_END, "deflateBound promises room for one pass")
                return room.count - Int(stream.avail_out)
            }
        }
        return output
    }
}
