/// The kinds of pictures that a camera may send, told by their bytes and not by their names.
package enum PictureFormat: String, Sendable, Hashable, CaseIterable {
    case jpeg = "image/jpeg"
    case png = "image/png"

    /// - Throws: `PictureRefusal`.
    package init(checking bytes: [UInt8], declaredAs mediaType: String?) throws(PictureRefusal) {
        guard let format = Self.allCases.first(where: { bytes.starts(with: $0.beginning) }) else {
            throw .notAPicture
        }
        guard format.isWhole(bytes) else { throw .cutOff }
        switch mediaType {
        case nil, format.rawValue, "application/octet-stream": self = format
        default: throw .liesAboutType
        }
    }

    private var beginning: [UInt8] {
        switch self {
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }

    /// A picture that breaks off would show half a river. Cameras append a few bytes of their own.
    private func isWhole(_ bytes: [UInt8]) -> Bool {
        let ending: [UInt8] =
            self == .jpeg ? [0xFF, 0xD9] : [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
        let tail = bytes.suffix(Self.trailerBytesMax + ending.count)
        guard tail.count >= ending.count else { return false }
        return (tail.startIndex...(tail.endIndex - ending.count)).contains { start in
            tail[start..<start + ending.count].elementsEqual(ending)
        }
    }

    private static let trailerBytesMax = 64
}

/// Why what a camera sent is not shown.
package enum PictureRefusal: Error, Sendable, Hashable {
    case notAPicture
    case liesAboutType
    case cutOff

    package var words: String {
        switch self {
        case .notAPicture: "画像(JPEG・PNG)ではありません"
        case .liesAboutType: "画像の種類が名乗りと違います"
        case .cutOff: "画像が途中で切れています"
        }
    }
}
