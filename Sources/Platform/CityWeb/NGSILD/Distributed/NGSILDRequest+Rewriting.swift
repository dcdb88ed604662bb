import HTTPTypes
import Hummingbird
import NIOCore

extension NGSILDRequest {
    /// The same request with another body.
    func with(body: [UInt8]) -> NGSILDRequest {
        var rewritten = self
        rewritten.request = Request(
            head: request.head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
        return rewritten
    }

    /// The same request with other parameters, each as it is sent.
    func with(query: [String]) -> NGSILDRequest {
        var head = request.head
        head.path = request.uri.path + "?" + query.joined(separator: "&")
        var rewritten = self
        rewritten.request = Request(head: head, body: request.body)
        rewritten.parameters = Self.parameters(query.joined(separator: "&"))
        return rewritten
    }

    /// The same request with its body in memory, so that it can be read again.
    func buffered() async throws -> NGSILDRequest {
        with(body: try await bytes())
    }

    /// The query without `names`, each part as it was sent.
    func query(without names: Set<String>) -> [String] {
        (request.uri.query ?? "").split(separator: "&").compactMap { part in
            let name = part.prefix { $0 != "=" }
            return names.contains(String(name)) ? nil : String(part)
        }
    }
}

extension Response {
    /// The body of an answer made in this process.
    func collected() async throws -> [UInt8] {
        let sink = CollectedBody()
        try await body.write(sink)
        return sink.bytes
    }
}

/// Takes what would go to the client.
private final class CollectedBody: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws {
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
