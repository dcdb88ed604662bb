import HTTPTypes
package import Hummingbird

/// Every answer of the NGSI-LD API, refusals too, names the tenant that was asked (§6.3.14).
package struct TenantEchoMiddleware: RouterMiddleware {
    package typealias Context = CityRequestContext

    package init() {}

    package func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if let tenant = request.headers[.tenant], !tenant.isEmpty,
            request.uri.path.hasPrefix(NGSILDPath.root)
        {
            response.headers[.tenant] = tenant
        }
        return response
    }
}
