/// Walks over the head of a request line by line. Only CR LF ends a line; only visible ASCII, spaces
/// and tabs stand in it.
struct HeadScanner {
    private static let version = Array(" HTTP/1.1".utf8)

    enum Line {
        case text(Range<Int>)
        /// More bytes must come.
        case incomplete
        case unusual
    }

    let bytes: UnsafeRawBufferPointer
    /// Behind the line that was read last.
    private(set) var position = 0
    private var fieldCount = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether as many bytes as there are look like this.
    func begins(with word: [UInt8]) -> Bool {
        bytes.prefix(word.count).elementsEqual(word.prefix(bytes.count))
    }

    mutating func nextLine() -> Line {
        let start = position
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\r") {
                guard place + 1 < bytes.count else { return .incomplete }
                guard bytes[place + 1] == UInt8(ascii: "\n") else { return .unusual }
                position = place + 2
                return .text(start..<place)
            }
            guard (0x20...0x7E).contains(byte) || byte == 0x09 else { return .unusual }
            place += 1
        }
        return .incomplete
    }

    /// Path and query of the first line.
    /// - Parameter start: behind the method.
    func target(_ line: Range<Int>, from start: Int) -> Range<Int>? {
        let end = line.upperBound - Self.version.count
        guard end > start, end - start <= WebLimits.targetBytesMax,
            bytes[end..<line.upperBound].elementsEqual(Self.version),
            bytes[start] == UInt8(ascii: "/"),
            bytes[start..<end].allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return start..<end
    }

    /// Name and value of a field; `nil` when the line is none, or one too many.
    mutating func field(_ line: Range<Int>) -> (name: Range<Int>, value: Range<Int>)? {
        fieldCount += 1
        guard fieldCount <= WebLimits.headerFieldsMax,
            let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")),
            colon > line.lowerBound,
            bytes[line.lowerBound..<colon].allSatisfy(Self.isNameByte)
        else { return nil }
        return (line.lowerBound..<colon, trimmed((colon + 1)..<line.upperBound))
    }

    /// RFC 9110 §5.6.2: letters, digits and these signs.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// - Parameter name: in small letters.
    func isNamed(_ name: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            let byte = bytes[range.lowerBound + offset]
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (isCapital ? byte | 0x20 : byte) == name.utf8Start[offset] else { return false }
        }
        return true
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, bytes[first] <= 0x20 {
            range = (first + 1)..<range.upperBound
        }
        while let last = range.last, bytes[last] <= 0x20 { range = range.lowerBound..<last }
        return range
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
