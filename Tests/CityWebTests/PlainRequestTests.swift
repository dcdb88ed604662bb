import NIOCore
import Testing

@testable import CityWeb

@Suite("戸口で読む、ただのページの求め")
struct PlainRequestTests {
    private func read(_ text: String) -> DoorReading {
        ByteBuffer(string: text).withUnsafeReadableBytes(DoorReading.read)
    }

    @Test("GET と HEAD の行と、ページに効く欄だけを読む")
    func fields() {
        let text =
            "GET /shelters?lang=en HTTP/1.1\r\nHost: a\r\nAccept-Encoding:  gzip, br \r\n"
            + "accept-language: ja\r\nIF-NONE-MATCH: W/\"1\"\r\nCookie: lang=en\r\n"
            + "Connection: Keep-Alive\r\n\r\n"
        let request = PlainRequest(
            isHead: false, target: "/shelters?lang=en", acceptEncoding: "gzip, br",
            acceptLanguage: "ja", ifNoneMatch: "W/\"1\"", cookie: "lang=en",
            byteCount: text.utf8.count)
        #expect(read(text) == .page(request))
        #expect(read(text + "GET / HT") == .page(request))
        let head = "HEAD / HTTP/1.1\r\n\r\n"
        #expect(read(head) == .page(PlainRequest(isHead: true, target: "/", byteCount: 19)))
    }

    @Test("どこで切れていても、残りを待つ")
    func incomplete() {
        let text = Array("HEAD /a HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n".utf8)
        for count in 1..<text.count {
            #expect(read(String(decoding: text[..<count], as: UTF8.self)) == .incomplete)
        }
    }

    @Test("二度ある欄と身元の欄は、その人だけの求めになる")
    func personal() {
        for field in ["Authorization: Bearer x", "Cookie: a=1\r\nCookie: b=2"] {
            guard case .page(let request) = read("GET / HTTP/1.1\r\n\(field)\r\n\r\n") else {
                Issue.record("not read: \(field)")
                continue
            }
            #expect(request.isPersonal)
        }
    }

    @Test(
        "少しでも変わったものは、本式の読み手に任せる",
        arguments: [
            "POST / HTTP/1.1\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
            "GET / HTTP/1.1\r\n folded: a\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET / HTTP/1.1\r\n: a\r\n\r\n", "GET / HTTP/1.1\r\nHost\r\n\r\n",
            "GET / HTTP/1.1\r\nX: \u{0}\r\n\r\n", "GET / HTTP/1.1\r\nX: 川\r\n\r\n",
            "GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
            "GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
            "GET /\(String(repeating: "a", count: WebLimits.targetBytesMax)) HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n"
                + String(repeating: "A: b\r\n", count: WebLimits.headerFieldsMax + 1) + "\r\n",
        ])
    func unusual(_ text: String) {
        #expect(read(text) == .unusual)
    }
}
