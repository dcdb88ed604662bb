package import AsyncHTTPClient
import CityBroker
package import CityKernel
import NIOCore
import NIOHTTP1

/// Gets one resource again and again, politely: only when it has changed, never too much of it.
package struct Fetcher: Sendable {
    /// What the last answer said about itself; sent back to ask "has it changed?".
    package struct Version: Sendable, Hashable {
        package var entityTag: String?
        package var lastModified: String?

        package init(entityTag: String? = nil, lastModified: String? = nil) {
            self.entityTag = entityTag
            self.lastModified = lastModified
        }
    }

    package enum Answer: Sendable, Hashable {
        case unchanged
        /// `mediaType` as the server says it, without parameters.
        case body([UInt8], Version, mediaType: String?)
    }

    private typealias Execute =
        @Sendable (HTTPClientRequest, TimeAmount) async throws -> HTTPClientResponse

    private let execute: Execute
    private let url: String
    private let timeoutSecondsMax: Int
    private let bodyBytesMax: Int

    /// For an address that the operator wrote.
    /// - Throws: `Problem` when the address is not an http or https URL.
    package init(
        client: HTTPClient, url: String, timeoutSecondsMax: Int = 10, bodyBytesMax: Int
    ) throws(Problem) {
        try self.init(
            url: url, timeoutSecondsMax: timeoutSecondsMax, bodyBytesMax: bodyBytesMax
        ) { try await client.execute($0, timeout: $1) }
    }

    /// For an address that staff typed: it leads nowhere that the guard closes.
    /// - Throws: `Problem` when the address is not an http or https URL.
    init(
        guarded client: OutboundClient, url: String, timeoutSecondsMax: Int, bodyBytesMax: Int
    ) throws(Problem) {
        try self.init(
            url: url, timeoutSecondsMax: timeoutSecondsMax, bodyBytesMax: bodyBytesMax
        ) { try await client.execute($0, timeout: $1) }
    }

    private init(
        url: String, timeoutSecondsMax: Int, bodyBytesMax: Int,
        execute: @escaping Execute
    ) throws(Problem) {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), EntityID.isURI(url) else {
            throw Problem(
                .invalidRequest, title: "The address is not usable",
                detail: "\(url.prefix(120)) is not an http or https address.",
                remedy: "Write the whole address, beginning with https://.")
        }
        self.execute = execute
        self.url = url
        self.timeoutSecondsMax = timeoutSecondsMax
        self.bodyBytesMax = bodyBytesMax
    }

    /// - Throws: `FetchError`.
    package func fetch(unless version: Version?) async throws(FetchError) -> Answer {
        var request = HTTPClientRequest(url: url)
        if let tag = version?.entityTag { request.headers.add(name: "If-None-Match", value: tag) }
        if let date = version?.lastModified {
            request.headers.add(name: "If-Modified-Since", value: date)
        }
        do {
            return try await answer(
                execute(request, .seconds(Int64(timeoutSecondsMax))))
        } catch let error as FetchError {
            throw error
        } catch let problem as Problem {
            throw .refused(problem.detail)
        } catch is NIOTooManyBytesError {
            throw .tooLarge(bytesMax: bodyBytesMax)
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            throw .timedOut(seconds: timeoutSecondsMax)
        } catch {
            throw .unreachable(String(describing: error))
        }
    }

    private func answer(_ response: HTTPClientResponse) async throws -> Answer {
        switch response.status.code {
        case 304: return .unchanged
        case 200:
            let body = try await response.body.collect(upTo: bodyBytesMax)
            let version = Version(
                entityTag: response.headers.first(name: "ETag"),
                lastModified: response.headers.first(name: "Last-Modified"))
            let mediaType = response.headers.first(name: "Content-Type").map { header in
                String(header.prefix { $0 != ";" && $0 != " " }).lowercased()
            }
            return .body(Array(body.readableBytesView), version, mediaType: mediaType)
        case let status: throw FetchError.status(Int(status))
        }
    }
}

/// Why nothing new came.
package enum FetchError: Error, Sendable, Hashable {
    case unreachable(String)
    /// The city does not connect to that address.
    case refused(String)
    case timedOut(seconds: Int)
    case tooLarge(bytesMax: Int)
    case status(Int)

    /// For staff, without the address and its possible keys.
    package var words: LocalizedText { ImportRefusal(self).message }
}

extension ImportRefusal {
    init(_ error: FetchError) {
        switch error {
        case .unreachable: self.init(.unreachable)
        case .refused: self.init(.addressRefused)
        case .timedOut(let seconds): self.init(.timedOut, "\(seconds)")
        case .tooLarge(let bytesMax): self.init(.answerTooLarge, "\(bytesMax)")
        case .status(let status): self.init(.statusUnexpected, "\(status)")
        }
    }
}
