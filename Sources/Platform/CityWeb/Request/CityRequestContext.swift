package import CityBroker
package import CityIdentity
package import CityKernel
package import Hummingbird
package import NIOCore

/// The router of every page and API of the city.
package typealias CityRouter = Router<CityRequestContext>

/// What is known of a request beside its bytes.
package struct CityRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Language and addresses of the page; set by `LanguageMiddleware`.
    package var links: Links
    /// Who asks; `.anyone` until a session or a key says more. Set by `StaffMiddleware` on staff paths.
    package var principal: Principal
    /// The person of the city's staff who signed in, if any, as pages show them.
    package var staff: SignedInStaff?
    /// The resident who signed in, on their own pages. Set by `ResidentMiddleware`.
    var resident: SignedInPerson?
    /// The other end of the connection, for limits by address. Never logged.
    package let remoteAddress: SocketAddress?
    /// The city that shows its certificate on this connection, if any.
    package var neighbour: Neighbour?
    /// The connection, for the certificate of the other end.
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        links = Links(.japanese)
        principal = .anyone
        channel = source.channel
        remoteAddress = source.channel.remoteAddress
    }

    package var language: Language { links.language }
    package var maxUploadSize: Int { WebLimits.bodyBytesMax }
}

/// Who works at the screen, as pages need it: names and duties, no secret but the form token.
package struct SignedInStaff: Sendable, Hashable {
    package var id: String
    package var name: String
    /// Names of roles, as the identity register spells them.
    package var roles: Set<String>
    /// Stands hidden in each form and must come back with it.
    package var formToken: String

    package init(id: String, name: String, roles: Set<String>, formToken: String) {
        self.id = id
        self.name = name
        self.roles = roles
        self.formToken = formToken
    }
}
