package import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A publisher of feeds and pictures on this machine; a test decides its next answers.
package final class FakeWebServer: Sendable {
    package struct Answer: Sendable {
        package var status: Int
        package var headers: HTTPFields
        package var body: [UInt8]
        /// Keeps the asker waiting until it returns.
        package var wait: @Sendable () async -> Void

        package init(
            status: Int = 200, headers: HTTPFields = [:], body: [UInt8] = [],
            wait: @escaping @Sendable () async -> Void = {}
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.wait = wait
        }
    }

    private let answer = Mutex(Answer(status: 503))
    private let places = Mutex<[String: Answer]>([:])
    private let seen = Mutex<[HTTPFields]>([])

    package init() {}

    /// What every request gets from now on.
    package func answerWith(_ answer: Answer) { self.answer.withLock { $0 = answer } }

    /// What requests for `path` get, whatever the others do.
    package func answer(_ path: String, with answer: Answer) {
        places.withLock { $0[path] = answer }
    }

    /// Headers of the requests so far.
    package var requests: [HTTPFields] { seen.withLock { $0 } }

    /// Serves while `body` runs; `body` gets the address.
    package func serving(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.get("**") { request, _ in
            self.seen.withLock { $0.append(request.headers) }
            let own = self.places.withLock { $0[request.uri.path] }
            let answer = own ?? self.answer.withLock { $0 }
            await answer.wait()
            return Response(
                status: .init(code: answer.status), headers: answer.headers,
                body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
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
