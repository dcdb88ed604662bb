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

    /// For `https`; what goes without TLS has connections of its own.
    private let client: OutboundClient
    private let plain: PlainPoster

    /// - Parameters:
    ///   - outbound: where notifications may go.
    ///   - neighbours: cities that are told by mutual TLS.
    package init(_ outbound: OutboundGuard, neighbours: NeighbourDirectory? = nil) {
        client = OutboundClient(
            outbound, neighbours: neighbours, connectionsPerHostMax: Self.connectionsPerHostMax)
        plain = PlainPoster(outbound)
    }

    /// - Throws: `DeliveryError`; a refusal by the receiver (4xx) is permanent.
    package func carry(_ parcel: NotificationParcel) async throws(DeliveryError) {
        let answer: (status: HTTPResponseStatus, headers: HTTPHeaders)
        do {
            answer = try await send(parcel)
        } catch let problem as Problem {
            throw .permanent(problem.detail)
        } catch {
            throw .temporary("no answer: \(error)")
        }
        let status = answer.status.code
        switch status {
        case 200..<300: return
        case 400..<500 where status != 408 && status != 425 && status != 429:
            throw .permanent("answered \(status)")
        default:
            throw .temporary("answered \(status)", retryAfter: Self.wait(answer.headers))
        }
    }

    private func send(
        _ parcel: NotificationParcel
    ) async throws -> (status: HTTPResponseStatus, headers: HTTPHeaders) {
        let timeout = TimeAmount.nanoseconds(parcel.endpoint.timeout.microseconds * 1_000)
        let headers = Self.headers(parcel)
        if parcel.endpoint.scheme == "http", parcel.method == "POST" {
            return try await plain.post(
                parcel.body, to: parcel.endpoint.uri, headers, timeout: timeout)
        }
        var request = HTTPClientRequest(url: parcel.endpoint.uri)
        request.method = HTTPMethod(rawValue: parcel.method)
        request.headers = headers
        if !parcel.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: parcel.body)) }
        let response = try await client.execute(request, timeout: timeout)
        var bytes = 0
        for try await part in response.body {
            bytes += part.readableBytes
            if bytes > PlainExchangeHandler.answerBytesMax { break }
        }
        return (response.status, response.headers)
    }

    private static func headers(_ parcel: NotificationParcel) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for pair in parcel.endpoint.receiverInfo {
            headers.replaceOrAdd(name: pair.key, value: pair.value)
        }
        headers.replaceOrAdd(name: "Content-Type", value: parcel.mediaType)
        headers.replaceOrAdd(name: "Idempotency-Key", value: parcel.id)
        if let link = parcel.link { headers.replaceOrAdd(name: "Link", value: link) }
        return headers
    }

    /// The span that a busy receiver names, in seconds.
    private static func wait(_ headers: HTTPHeaders) -> Duration? {
        headers.first(name: "Retry-After").flatMap { Int64($0) }.map { .seconds(max($0, 0)) }
    }
}
