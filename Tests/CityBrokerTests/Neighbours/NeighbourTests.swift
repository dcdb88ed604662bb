import CityKernel
import CityTesting
import Foundation
import Logging
import NIOSSL
import Testing

@testable import CityBroker

@Suite("近隣の市と証明書")
struct NeighbourTests {
    private var now: Timestamp { SystemClock().now }

    private func settings(
        _ files: CredentialFiles, _ neighbours: [Neighbour]
    ) -> NeighbourSettings {
        NeighbourSettings(
            host: "127.0.0.1", port: 0, address: "https://city.example", files: files,
            neighbours: neighbours)
    }

    private var quiet: Logger { Logger(label: "city.test") { _ in SwiftLogNoOpLogHandler() } }

    @Test("証明書・鍵・認証局がそろえば読め、いつ切れるかがわかる")
    func credentials() throws {
        let files = try TestAuthority().issue("kuma.example", days: 100)
        let read = try NeighbourCredentials(files, now: now)
        #expect(read.certificateEnds > now + .days(99))
        #expect(read.certificateEnds < now + .days(101))
        #expect(read.authorityEnds > read.certificateEnds)
        let certificate = try #require(NIOSSLCertificate.fromPEMFile(files.certificate).first)
        #expect(certificate.names == ["kuma.example"])
    }

    @Test("合わない鍵、切れた証明書、ない鍵は、どのファイルかを言って断る")
    func faults() throws {
        let authority = try TestAuthority()
        let files = try authority.issue("kuma.example")
        func fault(_ files: CredentialFiles, at time: Timestamp? = nil) -> CredentialFault.File? {
            do throws(CredentialFault) {
                _ = try NeighbourCredentials(files, now: time ?? now)
                return nil
            } catch {
                return error.file
            }
        }
        var wrong = files
        wrong.key = try authority.issue("other.example").key
        #expect(fault(wrong) == .key)
        #expect(fault(files, at: now + .days(400)) == .certificate)
        #expect(fault(files, at: now - .days(2)) == .certificate)
        wrong = files
        wrong.key = files.certificate
        #expect(fault(wrong) == .key)
        wrong = files
        wrong.authority = files.key
        #expect(fault(wrong) == .authority)
    }

    @Test("証明書の名前が名簿にある市だけがわかる")
    func whoIsIt() throws {
        let authority = try TestAuthority()
        let directory = try NeighbourDirectory(
            settings(
                try authority.issue("hito.example"),
                [
                    Neighbour(
                        id: "kuma", name: LocalizedText("球磨村"), certificateName: "Kuma.example",
                        rights: [.read])
                ]), clock: SystemClock(), logger: quiet)
        func who(_ name: String) throws -> String? {
            let file = try authority.issue(name).certificate
            let certificate = try #require(NIOSSLCertificate.fromPEMFile(file).first)
            return directory.neighbour(presenting: certificate)?.id
        }
        #expect(try who("kuma.example") == "kuma")
        #expect(try who("evil.kuma.example") == nil)
        #expect(directory.record(of: "kuma").lastHeard != nil)
    }

    @Test("置きかえた証明書は、動いたまま使われる。使えないものは、前のものを続ける")
    func renewal() throws {
        let authority = try TestAuthority()
        let files = try authority.issue("hito.example", days: 10)
        let directory = try NeighbourDirectory(
            settings(files, []), clock: SystemClock(), logger: quiet)
        let before = directory.credentials.certificateEnds
        _ = try authority.issue("hito.example", days: 300)
        directory.refresh()
        let after = directory.credentials.certificateEnds
        #expect(after > before + .days(200))
        try "nothing".write(toFile: files.certificate, atomically: true, encoding: .utf8)
        directory.refresh()
        #expect(directory.credentials.certificateEnds == after)
        #expect(directory.credentials.fault?.hasPrefix("certificate") == true)
        _ = try authority.issue("hito.example", days: 200)
        directory.refresh()
        #expect(directory.credentials.fault == nil)
    }

    @Test("名簿が変われば、動いたまま、加わった市は入れ、外れた市は断られる")
    func replacedList() throws {
        let authority = try TestAuthority()
        let files = try authority.issue("hito.example")
        func city(_ name: String, _ rights: Set<Neighbour.Right> = [.read]) -> Neighbour {
            Neighbour(
                id: name, name: LocalizedText(name), certificateName: "\(name).example",
                rights: rights, endpoint: "https://\(name).example")
        }
        let directory = try NeighbourDirectory(
            settings(files, [city("kuma"), city("taki")]), clock: SystemClock(), logger: quiet)
        func rights(_ name: String) throws -> Set<Neighbour.Right>? {
            let file = try authority.issue("\(name).example").certificate
            let certificate = try #require(NIOSSLCertificate.fromPEMFile(file).first)
            return directory.neighbour(presenting: certificate)?.rights
        }
        #expect(try rights("kuma") == [.read])
        #expect(try rights("yama") == nil)
        try directory.replace(
            settings(files, [city("kuma", [.read, .write]), city("yama")]))
        #expect(try rights("kuma") == [.read, .write])
        #expect(try rights("yama") == [.read])
        #expect(try rights("taki") == nil)
        #expect(directory.reaches("https://yama.example/x"))
        #expect(!directory.reaches("https://taki.example/x"))
        #expect(directory.listFault == nil)

        var moved = settings(files, [city("kuma")])
        moved.port = 9_999
        try directory.replace(moved)
        #expect(directory.settings.port == 0)
        #expect(directory.listFault == .needsRestart)

        var broken = settings(files, [city("taki")])
        broken.files.key = files.certificate
        #expect(throws: CredentialFault.self) { try directory.replace(broken) }
        #expect(directory.settings.neighbours.map(\.id) == ["kuma"])
    }

    @Test(
        "住所は、端点とその下だけがその市のもの",
        arguments: [
            ("https://kuma.example:8443/ngsi-ld/v1/entities", true),
            ("https://kuma.example:8443", true), ("https://kuma.example:8443?x=1", true),
            ("https://kuma.example:84431/", false), ("https://kuma.example/", false),
            ("http://kuma.example:8443/", false),
        ])
    func reached(url: String, isReached: Bool) {
        let kuma = Neighbour(
            id: "kuma", name: LocalizedText("球磨村"), certificateName: "kuma.example", rights: [],
            endpoint: "https://kuma.example:8443")
        #expect(kuma.isReached(by: url) == isReached)
    }
}
