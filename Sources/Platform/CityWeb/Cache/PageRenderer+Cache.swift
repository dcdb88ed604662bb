import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

extension PageRenderer {
    /// The answer from the cache, or made once and kept there, for pages that everybody sees alike.
    ///
    /// - Parameters:
    ///   - topics: what the page shows: entity types, and names that the owner invalidates itself.
    ///   - parameters: query parameters that change the page; all others are ignored, so that made-up
    ///     ones cost nothing.
    ///   - ageMax: at most `PageCache.ageMax` when the page says ages.
    ///   - make: builds the page for the links it is given.
    /// - Throws: what `make` throws; `Problem` when too many wait.
    package func cached(
        _ request: Request, _ context: CityRequestContext, topics: Set<String>,
        parameters: Set<String> = [], ageMax: Duration = PageCache.ageMax,
        make: (Links) async throws -> Page
    ) async throws -> Response {
        let links = context.links.keeping(parameters)
        let key = PageCache.Key(target: links.target, language: links.language)
        let entry = try await cache.page(key, topics: topics, ageMax: ageMax) {
            let page = try await make(links)
            var headers: HTTPFields = [.contentType: "text/html; charset=utf-8"]
            security.add(to: &headers)
            if links.isLanguageInQuery {
                headers[.setCookie] = LanguageMiddleware.cookie(for: links.language)
            }
            return PageCache.Entry.Content(
                status: page.status, headers: headers,
                plain: ByteBuffer(string: try document(page, links: links)))
        }
        return entry.response(to: request)
    }

    /// The answer when the page is finished and fresh: no router, no middleware, no waiting.
    func findCached(_ request: Request) -> Response? {
        guard request.method == .get || request.method == .head else { return nil }
        let key = PageCache.Key(target: request.target, language: Language(reading: request))
        return cache.find(key)?.response(to: request)
    }
}

extension Links {
    /// Only the query parameters that a page knows.
    func keeping(_ parameters: Set<String>) -> Links {
        let kept = query.split(separator: "&").filter { pair in
            parameters.contains(String(pair.prefix { $0 != "=" }))
        }
        return Links(
            language, isLanguageInQuery: isLanguageInQuery, path: path,
            query: kept.joined(separator: "&"))
    }

    /// Path, known parameters and language as a request would spell them.
    var target: String { to(query.isEmpty ? path : path + "?" + query) }
}
