import CityBroker
import CityKernel
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// A client of the NGSI-LD API on a fresh broker.
struct NGSILDVisitor {
    let client: any TestClientProtocol

    static func visit(_ body: @Sendable (NGSILDVisitor) async throws -> Void) async throws {
        try await TestBrokers.with { broker in
            let router = CityRouter(context: CityRequestContext.self)
            router.add(middleware: ProblemMiddleware(pages: try Design.renderer()))
            addNGSILDRoutes(to: router, broker: broker, access: .open)
            try await Application(router: router).test(.router) { client in
                try await body(NGSILDVisitor(client: client))
            }
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
        _ headers: [HTTPField.Name: String] = [:]
    ) async throws -> TestResponse {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, headers)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8]?,
        _ headers: [HTTPField.Name: String] = [:]
    ) async throws -> TestResponse {
        var fields = HTTPFields()
        if bytes != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers { fields[name] = value }
        return try await client.execute(
            uri: path, method: method, headers: fields,
            body: bytes.map { ByteBuffer(bytes: $0) })
    }

    func json(
        _ path: String, _ headers: [HTTPField.Name: String] = [:]
    ) async throws -> JSONValue {
        let answer = try await send(.get, path, nil, headers)
        #expect(answer.status.code == 200 || answer.status.code == 206, "\(path)")
        return try JSONValue(parsing: answer.body.readableBytesView)
    }

    /// Writes that shall succeed.
    func write(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil
    ) async throws {
        let answer = try await send(method, path, body)
        #expect((200..<300).contains(answer.status.code), "\(method) \(path): \(answer.status)")
    }

    static func expectProblem(_ answer: TestResponse, _ status: Int, _ type: String) throws {
        #expect(answer.status.code == status)
        let json = try JSONValue(parsing: answer.body.readableBytesView)
        #expect(json["type"]?.string?.hasSuffix(type) == true)
        #expect(json["title"]?.string?.isEmpty == false)
        #expect(json["detail"]?.string?.isEmpty == false)
    }
}
