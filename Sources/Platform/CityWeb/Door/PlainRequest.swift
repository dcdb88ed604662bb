/// A request that asks for a page and nothing else: GET or HEAD by HTTP/1.1, without a body, on a
/// connection that stays open.
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

    /// - Returns: `incomplete` or `unusual` when the head is; never a call.
    static func read(
        _ scanner: inout HeadScanner, isHead: Bool, _ target: Range<Int>
    ) -> DoorReading {
        var request = PlainRequest(isHead: isHead, target: scanner.text(target), byteCount: 0)
        while true {
            switch scanner.nextLine() {
            case .text(let line) where line.isEmpty:
                request.byteCount = scanner.position
                return .page(request)
            case .text(let line):
                guard let (name, value) = scanner.field(line),
                    request.take(name, value, of: scanner)
                else { return .unusual }
            case .incomplete: return .incomplete
            case .unusual: return .unusual
            }
        }
    }

    /// - Returns: `false` when the field makes the request an unusual one.
    private mutating func take(
        _ name: Range<Int>, _ value: Range<Int>, of scanner: HeadScanner
    ) -> Bool {
        switch name.count {
        case 6 where scanner.isNamed("cookie", name): keep(value, in: \.cookie, of: scanner)
        case 6 where scanner.isNamed("expect", name): return false
        case 7 where scanner.isNamed("upgrade", name): return false
        case 10 where scanner.isNamed("connection", name):
            return scanner.isNamed("keep-alive", value)
        case 13 where scanner.isNamed("if-none-match", name):
            keep(value, in: \.ifNoneMatch, of: scanner)
        case 13 where scanner.isNamed("authorization", name): isPersonal = true
        case 14 where scanner.isNamed("content-length", name): return false
        case 15 where scanner.isNamed("accept-encoding", name):
            keep(value, in: \.acceptEncoding, of: scanner)
        case 15 where scanner.isNamed("accept-language", name):
            keep(value, in: \.acceptLanguage, of: scanner)
        case 17 where scanner.isNamed("transfer-encoding", name): return false
        default: break
        }
        return true
    }

    private mutating func keep(
        _ value: Range<Int>, in place: WritableKeyPath<PlainRequest, String?>,
        of scanner: HeadScanner
    ) {
        if self[keyPath: place] != nil { isPersonal = true }
        self[keyPath: place] = scanner.text(value)
    }
}
