package import CityKernel
package import HTTPTypes
import Hummingbird
import NIOCore

/// A receiver of notifications on this machine, that answers as a test says.
package final class FakeSubscriber: Sendable {
    /// One notification as it came.
    package struct Parcel: Sendable {
        package var method: HTTPRequest.Method
        package var path: String
        package var query: String?
        package var headers: HTTPFields
        /// `null` when the text is no JSON.
        package var body: JSONValue
        package var text: String

        package var id: String? { body["id"]?.string }
    }

    /// Everything that came, also what was refused.
    package let parcels = Recorder<Parcel>()
    private let answer: @Sendable (Parcel) async throws -> HTTPResponse.Status

    /// - Parameter answer: decides on the status of each answer; it may take its time.
    package init(
        _ answer: @escaping @Sendable (Parcel) async throws -> HTTPResponse.Status = { _ in .ok }
    ) {
        self.answer = answer
    }

    private static let bodyBytesMax = 4 << 20

    /// Serves while `body` runs; `body` gets the address.
    package func serving(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        let take: @Sendable (Request, BasicRequestContext) async throws -> HTTPResponse.Status = {
            request, _ in
            let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
            let text = String(buffer: bytes)
            let parcel = Parcel(
                method: request.method, path: request.uri.path, query: request.uri.query,
                headers: request.headers, body: (try? JSONValue(parsing: text)) ?? .null,
                text: text)
            self.parcels.record(parcel)
            return try await self.answer(parcel)
        }
        router.post("/", use: take)
        router.post("**", use: take)
        router.put("**", use: take)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await number in ports {
                try await body("http://127.0.0.1:\(number)")
                break
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}
