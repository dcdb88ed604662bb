package import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Libraries for the browser, served from where the operating system installed them; never part of
/// this program. Without them pages keep the picture that the server made.
package struct VendorFiles: Sendable {
    /// All files of all libraries in memory; a larger directory is not a browser library.
    package static let bytesMax = 8 * 1_024 * 1_024

    private struct File: Sendable {
        let contentType: String
        let plain: ByteBuffer
        let gzip: ByteBuffer?
    }

    private var files: [String: File] = [:]

    /// Where the packages `libjs-leaflet` and `libjs-chart.js` put their files.
    package static let installedByDebian = VendorFiles(directories: [
        "leaflet": URL(filePath: "/usr/share/javascript/leaflet"),
        "chart.js": URL(filePath: "/usr/share/javascript/chart.js"),
    ])

    /// No libraries.
    package init() {}

    /// - Parameter directories: by name under `/vendor/`; absent directories are left out. The
    ///   names that pages know are `leaflet` and `chart.js`.
    package init(directories: [String: URL]) {
        var rest = Self.bytesMax
        for (name, directory) in directories.sorted(by: { $0.key < $1.key }) {
            // Debian's directories are links; an enumerator does not follow its own root.
            let root = directory.resolvingSymlinksInPath()
            guard let paths = FileManager.default.enumerator(atPath: root.path) else { continue }
            for case let path as String in paths {
                guard let type = Self.contentType(path),
                    let bytes = FileManager.default.contents(
                        atPath: root.appending(path: path).path),
                    bytes.count <= rest
                else { continue }
                rest -= bytes.count
                let plain = ByteBuffer(bytes: bytes)
                let isText = type != "image/png"
                files["/vendor/\(name)/\(path)"] = File(
                    contentType: type, plain: plain,
                    gzip: isText ? Gzip.compress(plain, level: 9) : nil)
            }
        }
    }

    package func has(_ asset: Page.Asset) -> Bool { !paths(for: asset).scripts.isEmpty }

    func paths(for asset: Page.Asset) -> (styles: [String], scripts: [String]) {
        func first(_ paths: String...) -> [String] {
            paths.first { files[$0] != nil }.map { [$0] } ?? []
        }
        return switch asset {
        case .map:
            (
                first("/vendor/leaflet/leaflet.css"),
                first("/vendor/leaflet/leaflet.min.js", "/vendor/leaflet/leaflet.js")
            )
        case .chart: ([], first("/vendor/chart.js/Chart.min.js", "/vendor/chart.js/chart.min.js"))
        case .near, .tryOut, .reference: ([], [])
        }
    }

    func addRoutes(to router: CityRouter) {
        let files = files
        router.get("/vendor/**") { request, _ -> Response in
            guard let file = files[request.uri.path] else { throw HTTPError(.notFound) }
            var headers: HTTPFields = [
                .contentType: file.contentType, .cacheControl: "public, max-age=86400",
                .vary: "Accept-Encoding",
            ]
            guard request.acceptsGzip, let gzip = file.gzip else {
                return Response(
                    status: .ok, headers: headers, body: .init(byteBuffer: file.plain))
            }
            headers[.contentEncoding] = "gzip"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: gzip))
        }
    }

    private static func contentType(_ path: String) -> String? {
        switch path.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "png": "image/png"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}
