import AsyncHTTPClient
import CityKernel
package import CityStore
import NIOCore
import NIOHTTP1

/// Carries notifications by HTTP POST (§6.3).
package struct HTTPNotificationCarrier: NotificationCarrier {
    package var schemes: [String] { ["http", "https"] }

    /// Deliveries at once to one host: a silent receiver there does not keep the others waiting.
    private static let connectionsPerHostMax = 512

    private let client: OutboundClient

    /// - Parameter outbound: where notifications may go.
    package init(_ outbound: OutboundGuard) {
        client = OutboundClient(outbound, connectionsPerHostMax: Self.connectionsPerHostMax)
    }

    /// Bytes of an answer that are read, so that its connection serves again; a longer one ends it.
    private static let answerBytesMax = 65_536

    /// - Throws: `DeliveryError`; a refusal by the receiver (4xx) is permanent.
    package func carry(_ parcel: NotificationParcel) async throws(DeliveryError) {
        let timeout = TimeAmount.nanoseconds(parcel.endpoint.timeout.microseconds * 1_000)
        let response: HTTPClientResponse
        do {
            response = try await client.execute(Self.request(parcel), timeout: timeout)
            var bytes = 0
            for try await part in response.body {
                bytes += part.readableBytes
                if bytes > Self.answerBytesMax { break }
            }
        } catch let problem as Problem {
            throw .permanent(problem.detail)
        } catch {
            throw .temporary("no answer: \(error)")
        }
        let status = response.status.code
        switch status {
        case 200..<300: return
        case 400..<500 where status != 408 && status != 425 && status != 429:
            throw .permanent("answered \(status)")
        default:
            throw .temporary("answered \(status)", retryAfter: Self.wait(response.headers))
        }
    }

    private static func request(_ parcel: NotificationParcel) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: parcel.endpoint.uri)
        request.method = .POST
        for pair in parcel.endpoint.receiverInfo {
            request.headers.replaceOrAdd(name: pair.key, value: pair.value)
        }
        request.headers.replaceOrAdd(name: "Content-Type", value: parcel.mediaType)
        request.headers.replaceOrAdd(name: "Idempotency-Key", value: parcel.id)
        if let link = parcel.link { request.headers.replaceOrAdd(name: "Link", value: link) }
        request.body = .bytes(ByteBuffer(bytes: parcel.body))
        return request
    }

    /// The span that a busy receiver names, in seconds.
    private static func wait(_ headers: HTTPHeaders) -> Duration? {
        headers.first(name: "Retry-After").flatMap { Int64($0) }.map { .seconds(max($0, 0)) }
    }
}
