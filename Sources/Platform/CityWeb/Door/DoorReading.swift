import HTTPTypes

/// What the door finds at the beginning of the bytes that came.
///
/// The reader is far stricter than HTTP: what it does not know for certain is `unusual` and left to
/// the full parser, so that the two can never disagree on where a request ends.
enum DoorReading: Equatable {
    case page(PlainRequest)
    case call(PlainCall)
    /// More bytes must come.
    case incomplete
    /// Nothing for this reader, nor is anything that follows.
    case unusual

    private static let methods: [(word: [UInt8], method: HTTPRequest.Method)] = [
        .get, .head, .post, .patch, .put, .delete,
    ].map { (Array("\($0.rawValue) ".utf8), $0) }

    static func read(_ bytes: UnsafeRawBufferPointer) -> DoorReading {
        var scanner = HeadScanner(bytes)
        guard let (word, method) = methods.first(where: { scanner.begins(with: $0.word) }) else {
            return .unusual
        }
        guard bytes.count > word.count else { return .incomplete }
        let first: Range<Int>
        switch scanner.nextLine() {
        case .text(let line): first = line
        case .incomplete: return .incomplete
        case .unusual: return .unusual
        }
        guard let target = scanner.target(first, from: word.count) else { return .unusual }
        if method != .head, PlainCall.isCall(target, of: scanner) {
            return PlainCall.read(&scanner, method, target)
        }
        guard method == .get || method == .head else { return .unusual }
        return PlainRequest.read(&scanner, isHead: method == .head, target)
    }
}
