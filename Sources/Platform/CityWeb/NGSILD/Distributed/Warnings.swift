import CityBroker
import HTTPTypes
import Hummingbird

/// What went wrong while reading from sources (§6.3.17): the answer is given without them and says
/// so in `NGSILD-Warning` headers.
struct SourceWarnings: Sendable {
    /// Warnings of one answer; more say nothing new.
    private static let countMax = 20

    private var texts: [String] = []

    /// A source that knows nothing is no failure.
    mutating func note(_ registration: Registration, status: Int) {
        if status != SourceReply.notFound {
            note(registration, 299, "answered \(status)")
        }
    }

    mutating func note(_ registration: Registration, _ failure: SourceFailure) {
        switch failure {
        case .unreadable, .replyTooLarge: note(registration, 111, failure.words)
        case .timedOut, .unreachable, .untrusted, .coolingDown:
            note(registration, 199, failure.words)
        }
    }

    private mutating func note(_ registration: Registration, _ code: Int, _ words: String) {
        guard texts.count < Self.countMax else { return }
        // The id is a URI: it holds neither quotation marks nor line breaks.
        let id = registration.id.utf8.allSatisfy { $0 < 0x7F } ? registration.id : "a source"
        texts.append("\(code) cityos \"\(id): \(words)\"")
    }

    func added(to response: Response) -> Response {
        var response = response
        for text in texts {
            response.headers.append(HTTPField(name: .warning, value: text))
        }
        return response
    }
}

/// Replies read as far as they can be.
extension SourceClient.Outcome {
    /// - Returns: `nil` when nothing of it can be used; `warnings` then says why.
    func read<Value>(
        _ registration: Registration, _ warnings: inout SourceWarnings,
        statuses: Set<Int> = [200], _ body: ([UInt8]) throws(SourceFailure) -> Value
    ) -> Value? {
        do throws(SourceFailure) {
            let reply = try get()
            guard statuses.contains(reply.status) else {
                warnings.note(registration, status: reply.status)
                return nil
            }
            return try body(reply.body)
        } catch {
            warnings.note(registration, error)
            return nil
        }
    }
}
