import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The style, the scripts and the icon: read once, named by their content, kept forever by browsers.
package struct Assets: Sendable {
    /// Paths of files whose names change with their content.
    static let prefix = "/assets/"

    struct File: Sendable {
        let path: String
        let contentType: String
        let plain: ByteBuffer
        let gzip: ByteBuffer
    }

    private let files: [String: File]
    /// `city.css` without comments and spaces: stands inside citizens' pages, one round trip less.
    let style: String
    /// The style's name in the Content-Security-Policy.
    let styleHash: String
    let serviceWorker: ByteBuffer

    /// - Throws: `TemplateError.unreadable` when the program was installed without its resources.
    init() throws(TemplateError) {
        let style = Self.condensed(style: try Self.read("city.css"))
        let script = try Self.read("city.js")
        let map = try Self.read("map.js")
        let near = try Self.read("near.js")
        let tryOut = try Self.read("tryout.js")
        let reference = Self.condensed(style: try Self.read("reference.css"))
        let staffStyle = Self.condensed(style: try Self.read("staff.css"))
        let icon = try Self.read("icon.svg")
        self.style = style
        styleHash = "sha256-" + Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        var files: [String: File] = [:]
        for (name, text, type) in [
            ("city.css", style, "text/css; charset=utf-8"),
            ("staff.css", staffStyle, "text/css; charset=utf-8"),
            ("reference.css", reference, "text/css; charset=utf-8"),
            ("city.js", script, "text/javascript; charset=utf-8"),
            ("map.js", map, "text/javascript; charset=utf-8"),
            ("near.js", near, "text/javascript; charset=utf-8"),
            ("tryout.js", tryOut, "text/javascript; charset=utf-8"),
            ("icon.svg", icon, "image/svg+xml"),
        ] {
            let plain = ByteBuffer(string: text)
            files[name] = File(
                path: Self.prefix + Self.fingerprinted(name, text), contentType: type, plain: plain,
                gzip: Gzip.compress(plain, level: 9))
        }
        self.files = files
        let version = Self.fingerprint(style + script + map + near + icon)
        serviceWorker = ByteBuffer(
            string: try Self.read("sw.js").replacing("{version}", with: version))
    }

    /// The address of an asset, with its fingerprint.
    /// - Precondition: the asset exists.
    package func path(_ name: String) -> String {
        guard let file = files[name] else { preconditionFailure("no asset is named \(name)") }
        return file.path
    }

    /// Serves `/assets/…` and `/sw.js`.
    func addRoutes(to router: CityRouter) {
        let byPath = Dictionary(uniqueKeysWithValues: files.values.map { ($0.path, $0) })
        router.get("/assets/:name") { request, _ -> Response in
            guard let file = byPath[request.uri.path] else { throw HTTPError(.notFound) }
            return .file(file, for: request)
        }
        let serviceWorker = serviceWorker
        router.get("/sw.js") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache",
                ],
                body: .init(byteBuffer: serviceWorker))
        }
    }

    // MARK: - Reading

    private static func read(_ name: String) throws(TemplateError) -> String {
        let file = Bundle.module.bundleURL.appending(path: "Assets/" + name)
        guard let bytes = FileManager.default.contents(atPath: file.path) else {
            throw .unreadable(name: name, reason: "the file is not beside the program")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func fingerprint(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(5)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func fingerprinted(_ name: String, _ text: String) -> String {
        let parts = name.split(separator: ".")
        return "\(parts[0]).\(fingerprint(text)).\(parts[1])"
    }

    /// Drops comments (but `/*!` notices) and spaces that CSS does not need.
    static func condensed(style: String) -> String {
        style.replacing(#/\/\*[^!](?s:.)*?\*\//#, with: "")
            .replacing(#/\s+/#, with: " ")
            .replacing(#/ ?([{};,>]) ?/#) { $0.output.1 }
            .replacing(": ", with: ":")
    }
}

extension Response {
    /// A file whose name changes with its content.
    fileprivate static func file(_ file: Assets.File, for request: Request) -> Response {
        var headers: HTTPFields = [
            .contentType: file.contentType,
            .cacheControl: "public, max-age=31536000, immutable",
            .vary: "Accept-Encoding",
        ]
        let isCompressed = request.acceptsGzip && file.plain.readableBytes >= WebLimits.gzipBytesMin
        if isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: isCompressed ? file.gzip : file.plain))
    }
}
