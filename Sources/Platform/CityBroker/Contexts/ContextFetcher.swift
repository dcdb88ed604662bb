import AsyncHTTPClient
import CityKernel
import NIOCore
import NIOHTTP1
import Synchronization

/// Gets an @context from where its URL says, within limits.
struct ContextFetcher: Sendable {
    /// Bytes of one document.
    static let bytesMax = 1_048_576
    /// For one document, with all its redirects.
    static let secondsMax: Int64 = 5
    static let redirectsMax = 5
    /// Documents fetched at one time for all requests together; more are refused, not queued.
    static let concurrentMax = 32

    private let client: OutboundClient
    private let slots: Slots

    init(_ client: OutboundClient) {
        self.client = client
        slots = Slots()
    }

    /// - Returns: the value of the document's `@context`.
    /// - Throws: `Problem` of kind `contextUnavailable` when there is no document, `badRequestData`
    ///   when the document is no context.
    func context(at url: String) async throws(Problem) -> JSONValue {
        guard slots.take() else {
            throw Self.unavailable(url, "too many contexts are being fetched")
        }
        defer { slots.give() }
        let bytes = try await document(at: url)
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw .badData("the @context at \(url.prefix(200)) is not JSON")
        }
        guard let context = json["@context"] else {
            throw .badData("the document at \(url.prefix(200)) has no @context")
        }
        return context
    }

    private func document(at url: String) async throws(Problem) -> [UInt8] {
        let end = NIODeadline.now() + .seconds(Self.secondsMax)
        var place = url
        for _ in 0...Self.redirectsMax {
            let response = try await response(from: place, until: end, asked: url)
            if let target = Self.redirection(response, from: place) {
                place = target
                continue
            }
            guard response.status.code == 200 else {
                throw Self.unavailable(url, "its server answered \(response.status.code)")
            }
            return try await body(of: response, until: end, asked: url)
        }
        throw Self.unavailable(url, "it is redirected more than \(Self.redirectsMax) times")
    }

    /// Chunk by chunk, since the deadline of a request ends with its head.
    private func body(
        of response: HTTPClientResponse, until end: NIODeadline, asked url: String
    ) async throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in response.body {
                bytes += chunk.readableBytesView
                guard bytes.count <= Self.bytesMax else { break }
                guard NIODeadline.now() < end else { throw ChannelError.connectTimeout(.zero) }
            }
        } catch {
            throw Self.unavailable(url, "its server is too slow or stopped answering")
        }
        guard bytes.count <= Self.bytesMax else {
            throw .badData("the @context at \(url.prefix(200)) has over \(Self.bytesMax) bytes")
        }
        return bytes
    }

    private func response(
        from place: String, until end: NIODeadline, asked url: String
    ) async throws(Problem) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: place)
        request.headers.add(
            name: "Accept", value: "application/ld+json, application/json;q=0.9, */*;q=0.1")
        request.headers.add(name: "User-Agent", value: "CityOS")
        do {
            return try await client.execute(request, timeout: end - .now())
        } catch let problem as Problem {
            throw Self.unavailable(url, problem.detail)
        } catch {
            throw Self.unavailable(url, "its server does not answer")
        }
    }

    private static func redirection(
        _ response: HTTPClientResponse, from place: String
    ) -> String? {
        guard [301, 302, 303, 307, 308].contains(response.status.code),
            let location = response.headers.first(name: "Location")
        else { return nil }
        if !location.hasPrefix("/") { return location }
        let isOtherHost = location.hasPrefix("//")
        let parts = place.split(separator: "/", omittingEmptySubsequences: false)
        return isOtherHost
            ? "\(parts[0])\(location)" : parts.prefix(3).joined(separator: "/") + location
    }

    static func unavailable(_ url: String, _ reason: String) -> Problem {
        Problem(
            .contextUnavailable, title: "The @context is not available",
            detail: "\(url.prefix(200)) cannot be had: \(reason).",
            remedy: "Check the URL, send the context inline, or add it to /jsonldContexts.")
    }

    private final class Slots: Sendable {
        private let taken = Mutex(0)

        func take() -> Bool {
            taken.withLock { count in
                guard count < ContextFetcher.concurrentMax else { return false }
                count += 1
                return true
            }
        }

        func give() { taken.withLock { $0 -= 1 } }
    }
}
