/// A request that asks for a page and nothing else: GET or HEAD by HTTP/1.1, without a body, on a
/// connection that stays open.
///
/// The reader is far stricter than HTTP: what it does not know for certain is `unusual` and left to
/// the full parser, so that the two can never disagree on where a request ends.
struct PlainRequest: Equatable {
    var isHead: Bool
    /// Path and query, as sent.
    var target: String
    var acceptEncoding: String?
    var acceptLanguage: String?
    var ifNoneMatch: String?
    var cookie: String?
    /// Whether the answer may depend on who asks or on a field that came twice.
    var isPersonal = false
    /// Bytes of the whole request.
    var byteCount: Int

    enum Reading: Equatable {
        case request(PlainRequest)
        /// More bytes must come.
        case incomplete
        /// Nothing for this reader, nor is anything that follows.
        case unusual
    }

    /// Reads the request at the beginning of the bytes.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        var scanner = HeadScanner(bytes)
        return scanner.read()
    }
}

/// Walks over a head line by line. Only CR LF ends a line; only visible ASCII, spaces and tabs stand
/// in it.
private struct HeadScanner {
    private static let get = Array("GET ".utf8)
    private static let head = Array("HEAD ".utf8)
    private static let version = Array(" HTTP/1.1".utf8)

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var fieldCount = 0

    private enum Line {
        case text(Range<Int>)
        case incomplete, unusual
    }

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func read() -> PlainRequest.Reading {
        let isHead = begins(with: Self.head)
        guard isHead || begins(with: Self.get) else { return .unusual }
        guard bytes.count > Self.head.count else { return .incomplete }
        let start = isHead ? Self.head.count : Self.get.count
        let first: Range<Int>
        switch nextLine() {
        case .text(let line): first = line
        case .incomplete: return .incomplete
        case .unusual: return .unusual
        }
        guard let target = target(first, from: start) else { return .unusual }
        var request = PlainRequest(isHead: isHead, target: target, byteCount: 0)
        while true {
            switch nextLine() {
            case .text(let line) where line.isEmpty:
                request.byteCount = position
                return .request(request)
            case .text(let line):
                guard take(line, into: &request) else { return .unusual }
            case .incomplete: return .incomplete
            case .unusual: return .unusual
            }
        }
    }

    /// Whether as many bytes as there are look like this.
    private func begins(with word: [UInt8]) -> Bool {
        bytes.prefix(word.count).elementsEqual(word.prefix(bytes.count))
    }

    private mutating func nextLine() -> Line {
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

    private func target(_ line: Range<Int>, from start: Int) -> String? {
        let end = line.upperBound - Self.version.count
        guard end > start, end - start <= WebLimits.targetBytesMax,
            bytes[end..<line.upperBound].elementsEqual(Self.version),
            bytes[start] == UInt8(ascii: "/"),
            bytes[start..<end].allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text(start..<end)
    }

    /// - Returns: `false` when the field makes the request an unusual one.
    private mutating func take(_ line: Range<Int>, into request: inout PlainRequest) -> Bool {
        fieldCount += 1
        guard fieldCount <= WebLimits.headerFieldsMax,
            let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")),
            colon > line.lowerBound,
            bytes[line.lowerBound..<colon].allSatisfy(Self.isNameByte)
        else { return false }
        let name = line.lowerBound..<colon
        let value = trimmed((colon + 1)..<line.upperBound)
        switch name.count {
        case 6 where isNamed("cookie", name): return keep(value, in: \.cookie, of: &request)
        case 6 where isNamed("expect", name): return false
        case 7 where isNamed("upgrade", name): return false
        case 10 where isNamed("connection", name): return isNamed("keep-alive", value)
        case 13 where isNamed("if-none-match", name):
            return keep(value, in: \.ifNoneMatch, of: &request)
        case 13 where isNamed("authorization", name): request.isPersonal = true
        case 14 where isNamed("content-length", name): return false
        case 15 where isNamed("accept-encoding", name):
            return keep(value, in: \.acceptEncoding, of: &request)
        case 15 where isNamed("accept-language", name):
            return keep(value, in: \.acceptLanguage, of: &request)
        case 17 where isNamed("transfer-encoding", name): return false
        default: break
        }
        return true
    }

    private func keep(
        _ value: Range<Int>, in place: WritableKeyPath<PlainRequest, String?>,
        of request: inout PlainRequest
    ) -> Bool {
        if request[keyPath: place] != nil { request.isPersonal = true }
        request[keyPath: place] = text(value)
        return true
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
    private func isNamed(_ name: StaticString, _ range: Range<Int>) -> Bool {
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

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
