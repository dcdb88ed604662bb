package import CityKernel
package import Foundation
package import HTTPTypes
package import Hummingbird
package import NIOCore

/// Makes pages: body from a template and a model of plain values, then the frame around it.
package struct PageRenderer: Sendable {
    package let site: Site
    package let texts: Texts
    package let assets: Assets
    package let libraries: VendorFiles
    package let cache: PageCache
    package let security: SecurityHeaders
    let templates: TemplateLibrary
    private let clock: any CityClock
    private let words: [Language: [String: String]]

    /// Reads and checks every template.
    /// - Parameters:
    ///   - directories: the `Templates` directories of fields, from their `Bundle.module`.
    ///   - texts: words of fields, then of the city; later tables win over earlier ones.
    ///   - libraries: the map and chart libraries that the machine has.
    ///   - isTLS: whether readers come by https, so that browsers may insist on it.
    /// - Throws: `TemplateError`.
    package init(
        site: Site, directories: [URL] = [], texts: [Texts] = [],
        libraries: VendorFiles = VendorFiles(), clock: any CityClock = SystemClock(),
        isTLS: Bool = false
    ) throws(TemplateError) {
        let own = Texts.ofCityWeb.overridden(by: .ofFamilies)
        let all = texts.reduce(own) { $0.overridden(by: $1) }
        self.site = site
        self.texts = all
        let assets = try Assets()
        self.assets = assets
        self.cache = PageCache(clock: clock)
        self.clock = clock
        self.security = SecurityHeaders(
            styleHash: assets.styleHash, imageOrigins: site.imageOrigins, isTLS: isTLS)
        self.libraries = libraries
        self.templates = try TemplateLibrary(
            directories: [TemplateLibrary.ownDirectory] + directories, texts: all)
        self.words = Dictionary(
            uniqueKeysWithValues: Language.allCases.map { ($0, all.inLanguage($0)) })
    }

    /// The HTML of a template. Beside the model a template may use `t.key` (words), `lang`, `q`
    /// (`?lang=en` or nothing, after a path) and `amp` (the same after a query).
    /// - Throws: `TemplateError.unknown`.
    package func render(
        _ name: String, _ model: Any, links: Links
    ) throws(TemplateError) -> String {
        try templates.render(name, model, surroundings: surroundings(links))
    }

    private func surroundings(_ links: Links) -> [String: Any] {
        [
            "t": words[links.language] ?? [:],
            "lang": links.language.tag,
            "q": links.querySuffix,
            "amp": links.queryAddition,
            "cityName": site.cityName[links.language],
            "serviceName": site.serviceName[links.language],
            "hasMapLibrary": libraries.has(.map),
            "hasChartLibrary": libraries.has(.chart),
        ]
    }

    /// The whole page as HTML.
    /// - Throws: `TemplateError`.
    package func document(_ page: Page, links: Links) throws(TemplateError) -> String {
        let layout = LayoutModel(
            page, site: site, links: links, texts: texts, assets: assets, libraries: libraries,
            now: clock.now)
        return try templates.render(
            "layout/" + page.audience.rawValue, layout, surroundings: surroundings(links))
    }

    /// The answer to a request, compressed when the client accepts gzip.
    /// - Throws: `TemplateError`.
    package func respond(
        with page: Page, to request: Request, _ context: CityRequestContext
    ) throws(TemplateError) -> Response {
        var page = page
        if page.audience == .staff, page.staff == nil { page.staff = context.staff }
        let html = try document(page, links: context.links)
        return .html(html, status: page.status, for: request)
    }
}

extension Response {
    /// An HTML answer that nobody stores, compressed when the client accepts gzip.
    package static func html(
        _ html: String, status: HTTPResponse.Status = .ok, for request: Request
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .cacheControl: "no-store",
            .vary: "Accept-Encoding, Accept-Language, Cookie",
        ]
        let plain = ByteBuffer(string: html)
        guard request.acceptsGzip, plain.readableBytes >= WebLimits.gzipBytesMin else {
            return Response(status: status, headers: headers, body: .init(byteBuffer: plain))
        }
        headers[.contentEncoding] = "gzip"
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: Gzip.compress(plain)))
    }

    /// A picture that everybody sees alike, compressed when the client accepts gzip.
    package static func image(
        svg: ByteBuffer, secondsMax: Int, for request: Request
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: "image/svg+xml; charset=utf-8",
            .cacheControl: "public, max-age=\(secondsMax)",
            .vary: "Accept-Encoding, Accept-Language, Cookie",
        ]
        guard request.acceptsGzip else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: svg))
        }
        headers[.contentEncoding] = "gzip"
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: Gzip.compress(svg)))
    }

    /// 303 after a form: the browser reads `path` next, so that reloading repeats nothing.
    package static func afterChange(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    }
}
