import AsyncHTTPClient
import CityBroker
import CityKernel
import CityTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite("外の番地への番人")
struct OutboundTests {
    @Test(
        "市の機械や網を指す番地は、つなぐ前に断る",
        arguments: [
            "http://127.0.0.1:8080/", "http://localhost/x", "http://a.localhost/",
            "http://10.1.2.3/", "http://192.168.0.1/", "http://172.31.255.255/",
            "http://169.254.169.254/latest/meta-data", "http://100.64.0.1/", "http://0.0.0.0/",
            "http://[::1]:80/", "http://[fe80::1]/", "http://[fd00::1]/",
            "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::10.0.0.1]/", "http://[2002:7f00:1::]/",
            "http://224.0.0.1/", "http://255.255.255.255/", "ftp://example.org/",
            "http://user:secret@example.org/", "file:///etc/passwd", "http:///x", "example.org",
        ])
    func hostileURLs(url: String) {
        #expect(throws: Problem.self) { try OutboundGuard.publicOnly.check(url) }
    }

    @Test(
        "公開の番地と名前は通す",
        arguments: [
            "https://example.org/context.jsonld", "http://8.8.8.8/", "http://[2606:4700::1111]/",
            "HTTPS://Example.ORG:8443/a?b=c#d",
        ])
    func publicURLs(url: String) throws {
        try OutboundGuard.publicOnly.check(url)
    }

    @Test("city.yaml で許した名前と網は通す")
    func allowedOnes() throws {
        let network = try #require(IPNetwork("10.0.0.0/9"))
        let outbound = OutboundGuard(hosts: ["Broker.Local"], networks: [network])
        try outbound.check("http://broker.local:1026/v2")
        try outbound.check("http://10.127.255.255/")
        #expect(throws: Problem.self) { try outbound.check("http://10.128.0.0/") }
        let address = try SocketAddress(ipAddress: "10.127.0.1", port: 80)
        #expect(outbound.allows(address))
    }

    @Test(
        "網の書き方の誤りは網にならない",
        arguments: ["10.0.0.0/33", "10.0.0/8", "x", "", "10.0.0.0/", "10.0.0.0/8/8", "::/129"])
    func brokenNetworks(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test("名前が内側の番地に解決されたら、一文字も送らずに切る")
    func namesThatResolveInside() async throws {
        let server = FakeWebServer()
        server.answerWith(.init(status: 200, body: Array("inside".utf8)))
        try await server.serving { address in
            let port = address.split(separator: ":").last ?? ""
            // An old spelling that only a resolver takes for 127.0.0.1.
            let url = "http://127.1:\(port)/context.jsonld"
            await #expect(throws: (any Error).self) {
                try await OutboundClient().execute(
                    HTTPClientRequest(url: url), timeout: .seconds(5))
            }
            #expect(server.requests.isEmpty)
            let open = OutboundClient(OutboundGuard.publicOnly.openToLoopback())
            let answer = try await open.execute(
                HTTPClientRequest(url: url), timeout: .seconds(5))
            #expect(answer.status == .ok)
            #expect(server.requests.count == 1)
        }
    }
}
