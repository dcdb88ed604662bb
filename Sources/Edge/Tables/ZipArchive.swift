import CZlib
import CityKernel

/// The few files inside a zip that we ask for, each with a limit: a small archive may unfold to more
/// than any memory.
struct ZipArchive: Sendable {
    static let entriesMax = 4_096

    private struct Entry {
        var method: Int
        var compressedSize: Int
        var size: Int
        var offset: Int
    }

    private let bytes: [UInt8]
    private var entries: [String: Entry] = [:]

    /// - Throws: `ImportRefusal` when the archive's directory cannot be read.
    init(_ bytes: [UInt8]) throws(ImportRefusal) {
        self.bytes = bytes
        guard let end = findEnd() else { throw .excelUnreadable }
        let count = int(end + 10, 2)
        var at = int(end + 16, 4)
        guard count <= Self.entriesMax else { throw .excelUnreadable }
        for _ in 0..<count {
            guard at + 46 <= bytes.count, int(at, 4) == 0x0201_4B50 else { throw .excelUnreadable }
            let (name, extra, comment) = (int(at + 28, 2), int(at + 30, 2), int(at + 32, 2))
            guard at + 46 + name <= bytes.count else { throw .excelUnreadable }
            let text = String(decoding: bytes[(at + 46)..<(at + 46 + name)], as: UTF8.self)
            entries[text] = Entry(
                method: int(at + 10, 2), compressedSize: int(at + 20, 4), size: int(at + 24, 4),
                offset: int(at + 42, 4))
            at += 46 + name + extra + comment
        }
    }

    var names: [String] { entries.keys.sorted() }

    /// - Returns: `nil` when there is no such file.
    /// - Throws: `ImportRefusal` when it is damaged or larger than `bytesMax`.
    func read(_ name: String, bytesMax: Int) throws(ImportRefusal) -> [UInt8]? {
        guard let entry = entries[name] else { return nil }
        guard entry.size <= bytesMax else {
            throw ImportRefusal(.excelTooLarge, "\(bytesMax >> 20)")
        }
        guard entry.offset + 30 <= bytes.count, int(entry.offset, 4) == 0x0403_4B50 else {
            throw .excelUnreadable
        }
        let start = entry.offset + 30 + int(entry.offset + 26, 2) + int(entry.offset + 28, 2)
        guard entry.compressedSize >= 0, start + entry.compressedSize <= bytes.count else {
            throw .excelUnreadable
        }
        let part = bytes[start..<(start + entry.compressedSize)]
        switch entry.method {
        case 0: return Array(part)
        case 8: return try inflate(part, size: entry.size)
        default: throw .excelUnreadable
        }
    }

    /// The announced size is also the most that is unfolded.
    private func inflate(_ part: ArraySlice<UInt8>, size: Int) throws(ImportRefusal) -> [UInt8] {
        guard size > 0 else { return [] }
        var stream = z_stream()
        let rawDeflate: Int32 = -15
        guard
            inflateInit2_(
                &stream, rawDeflate, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .excelUnreadable }
        defer { inflateEnd(&stream) }
        var input = Array(part)
        var code = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(size)
                code = CZlib.inflate(&stream, Z_FINISH)
            }
            count = size - Int(stream.avail_out)
        }
        guard code == Z_STREAM_END, output.count == size else { throw .excelUnreadable }
        return output
    }

    private func findEnd() -> Int? {
        let first = max(0, bytes.count - 65_557)
        var at = bytes.count - 22
        while at >= first {
            if int(at, 4) == 0x0605_4B50 { return at }
            at -= 1
        }
        return nil
    }

    private func int(_ offset: Int, _ length: Int) -> Int {
        guard offset >= 0, offset + length <= bytes.count else { return -1 }
        return (0..<length).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }
}
