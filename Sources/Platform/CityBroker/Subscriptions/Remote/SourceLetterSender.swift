import AsyncHTTPClient
import CityKernel
package import CityStore
import NIOCore
import NIOHTTP1

/// Takes letters to sources from the outbox: in order for each registration, again until they
/// arrive.
package struct SourceLetterSender: OutboxReceiver {
    /// The kind of outbox messages that it delivers.
    package static let kind = "ngsi-ld.source"
    package var kind: String { Self.kind }

    /// Bytes of an answer that are read, so that its connection serves again.
    private static let answerBytesMax = 65_536

    private let broker: Broker

    package init(broker: Broker) { self.broker = broker }

    /// - Throws: `DeliveryError`.
    package func deliver(_ message: QueuedMessage) async throws {
        guard let letter = SourceLetter(message.payload) else {
            throw DeliveryError.permanent("the letter cannot be read")
        }
        var request = HTTPClientRequest(url: letter.url)
        request.method = HTTPMethod(rawValue: letter.method.rawValue)
        for (name, value) in letter.headers {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        if !letter.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: letter.body)) }
        let status: UInt
        do {
            let response = try await broker.outbound.execute(
                request, timeout: .nanoseconds(letter.timeout.microseconds * 1_000))
            status = response.status.code
            _ = try await response.body.collect(upTo: Self.answerBytesMax)
        } catch let problem as Problem {
            throw DeliveryError.permanent(problem.detail)
        } catch is NIOTooManyBytesError {
            // It has answered; what more it says is of no use.
            return
        } catch {
            throw DeliveryError.temporary("no answer")
        }
        try Self.judge(status, letter.method)
    }

    /// What was made or gone at an earlier attempt is as it should be.
    private static func judge(
        _ status: UInt, _ method: SourceRequest.Method
    ) throws(DeliveryError) {
        switch status {
        case 200..<300: return
        case 409 where method == .post: return
        case 404 where method == .delete: return
        // The request has been at this source: it need not be told twice.
        case 508: return
        case 400..<500 where status != 408 && status != 425 && status != 429:
            throw .permanent("answered \(status)")
        default: throw .temporary("answered \(status)")
        }
    }
}
