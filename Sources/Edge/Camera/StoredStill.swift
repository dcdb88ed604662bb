package import CityKernel

/// The last good picture of one camera.
package struct StoredStill: Sendable, Hashable {
    package var bytes: [UInt8]
    package var format: PictureFormat
    /// When the picture was taken, as far as can be known: the camera's own word, or when these
    /// bytes were first seen. A frozen picture grows old.
    package var takenAt: Timestamp

    package init(bytes: [UInt8], format: PictureFormat, takenAt: Timestamp) {
        self.bytes = bytes
        self.format = format
        self.takenAt = takenAt
    }

    /// For `If-None-Match`: FNV-1a of the bytes.
    package var entityTag: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return "\"" + String(hash, radix: 16) + "-" + String(bytes.count) + "\""
    }

    /// One file: a line of JSON, then the picture, so that both change in one rename.
    var fileContent: [UInt8] {
        let head: JSONValue = [
            "format": .string(format.rawValue), "takenAt": .string(takenAt.iso8601),
        ]
        return head.bytes + [UInt8(ascii: "\n")] + bytes
    }

    init?(fileContent: [UInt8]) {
        guard let end = fileContent.firstIndex(of: UInt8(ascii: "\n")),
            // A file that is not ours or was cut is no picture; the camera will send a new one.
            let head = try? JSONValue(parsing: fileContent[..<end]),
            let format = head["format"]?.string.flatMap(PictureFormat.init),
            let takenAt = head["takenAt"]?.string.flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        self.init(
            bytes: Array(fileContent[(end + 1)...]), format: format, takenAt: takenAt)
    }
}
