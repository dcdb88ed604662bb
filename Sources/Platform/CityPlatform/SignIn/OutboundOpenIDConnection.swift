import AsyncHTTPClient
package import CityBroker
import CityIdentity
import CityKernel
import NIOCore
import NIOHTTP1

/// The way to an OpenID provider through the city's own client, within time and size.
package struct OutboundOpenIDConnection: OpenIDConnection {
    static let answerBytesMax = 64 * 1_024
    static let secondsMax: Int64 = 10

    private let client: OutboundClient

    package init(_ client: OutboundClient) { self.client = client }

    package func get(_ address: String) async throws -> (status: Int, body: [UInt8]) {
        try await execute(HTTPClientRequest(url: address))
    }

    package func post(
        _ address: String, form: [(name: String, value: String)]
    ) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        let body = form.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
        request.body = .bytes(ByteBuffer(string: body))
        return try await execute(request)
    }

    private func execute(
        _ request: HTTPClientRequest
    ) async throws -> (status: Int, body: [UInt8]) {
        var request = request
        request.headers.add(name: "accept", value: "application/json")
        let response = try await client.execute(request, timeout: .seconds(Self.secondsMax))
        let body = try await response.body.collect(upTo: Self.answerBytesMax)
        return (Int(response.status.code), Array(body.readableBytesView))
    }
}
