import HTTPTypes
import NIOCore

/// A request of the context API that is whole in memory: by HTTP/1.1, its body of a known and small
/// length, on a connection that stays open.
struct PlainCall: Equatable, Sendable {
    var head: HTTPRequest
    var body = ByteBuffer()
    /// Bytes of the whole request; the body stands at their end.
    var byteCount: Int
    var bodyByteCount: Int

    /// Where the calls of the context API go whose answers are short work.
    private static let paths = ["/ngsi-ld/v1/entities", "/v2/entities"].map { Array($0.utf8) }

    static func isCall(_ target: Range<Int>, of scanner: HeadScanner) -> Bool {
        paths.contains { scanner.bytes[target].prefix($0.count).elementsEqual($0) }
    }

    /// - Returns: `incomplete` or `unusual` when the head is, or when a part of the body is missing;
    ///   never a page.
    static func read(
        _ scanner: inout HeadScanner, _ method: HTTPRequest.Method, _ target: Range<Int>
    ) -> DoorReading {
        var draft = Draft(mayHaveBody: method != .get)
        while true {
            switch scanner.nextLine() {
            case .text(let line) where line.isEmpty:
                return draft.finish(scanner, method, target)
            case .text(let line):
                guard let (name, value) = scanner.field(line), draft.take(name, value, of: scanner)
                else { return .unusual }
            case .incomplete: return .incomplete
            case .unusual: return .unusual
            }
        }
    }

    /// What is known while the head is being read. Texts are made once it is whole.
    private struct Draft {
        let mayHaveBody: Bool
        private var fields: [(name: Range<Int>, value: Range<Int>)] = []
        private var host: Range<Int>?
        private var bodyByteCount: Int?

        init(mayHaveBody: Bool) { self.mayHaveBody = mayHaveBody }

        /// - Returns: `false` when the field makes the request an unusual one.
        mutating func take(
            _ name: Range<Int>, _ value: Range<Int>, of scanner: HeadScanner
        ) -> Bool {
            switch name.count {
            case 4 where scanner.isNamed("host", name):
                guard host == nil else { return false }
                host = value
                return true
            case 6 where scanner.isNamed("cookie", name): return false
            case 6 where scanner.isNamed("expect", name): return false
            case 7 where scanner.isNamed("upgrade", name): return false
            case 10 where scanner.isNamed("connection", name):
                guard scanner.isNamed("keep-alive", value) else { return false }
            case 14 where scanner.isNamed("content-length", name):
                guard mayHaveBody, bodyByteCount == nil, let count = Self.count(value, scanner)
                else { return false }
                bodyByteCount = count
            case 17 where scanner.isNamed("transfer-encoding", name): return false
            default: break
            }
            fields.append((name, value))
            return true
        }

        /// Digits only, and no more bytes than are read at the door.
        private static func count(_ value: Range<Int>, _ scanner: HeadScanner) -> Int? {
            guard (1...6).contains(value.count) else { return nil }
            var count = 0
            for byte in scanner.bytes[value] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                count = count * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return count <= WebLimits.doorBodyBytesMax ? count : nil
        }

        func finish(
            _ scanner: HeadScanner, _ method: HTTPRequest.Method, _ target: Range<Int>
        ) -> DoorReading {
            let bodyByteCount = bodyByteCount ?? 0
            let byteCount = scanner.position + bodyByteCount
            guard let host, scanner.position <= WebLimits.headerBytesMax else { return .unusual }
            guard scanner.bytes.count >= byteCount else { return .incomplete }
            var list = HTTPFields()
            list.reserveCapacity(fields.count)
            for (name, value) in fields {
                guard let name = HTTPField.Name(scanner.text(name)) else { return .unusual }
                list.append(HTTPField(name: name, value: scanner.text(value)))
            }
            let head = HTTPRequest(
                method: method, scheme: "http", authority: scanner.text(host),
                path: scanner.text(target), headerFields: list)
            return .call(
                PlainCall(head: head, byteCount: byteCount, bodyByteCount: bodyByteCount))
        }
    }
}
