import Foundation

/// What a login, a name and a password must be.
enum StaffRules {
    /// Full-width, half-width and composed letters are one, whichever keyboard typed them (NFKC).
    static func normalForm(_ text: String) -> String {
        // Foundation's compatibility mapping leaves half-width ｶﾞ as two letters; the second mapping
        // joins them.
        text.precomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
    }

    /// Logins are compared without width, case and spaces around.
    static func normalLogin(_ login: String) -> String {
        normalForm(login).lowercased()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func check(login: String) throws(IdentityError) {
        let isASCIIWord = login.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        guard isASCIIWord, (2...IdentityConfiguration.loginCharactersMax).contains(login.count)
        else {
            throw .unacceptable(
                field: "login", reason: "ログインIDは半角の英小文字・数字・-._で2〜64字にしてください。")
        }
    }

    static func check(displayName: String) throws(IdentityError) {
        let limit = IdentityConfiguration.displayNameCharactersMax
        guard (1...limit).contains(displayName.count) else {
            throw .unacceptable(field: "displayName", reason: "名前は1〜\(limit)字にしてください。")
        }
    }

    /// Length counts, not the mix of letters (NIST SP 800-63B).
    static func check(
        password: String, login: String, charactersMin: Int
    ) throws(IdentityError) {
        let normal = normalForm(password)
        guard normal.count >= charactersMin,
            password.utf8.count <= IdentityConfiguration.passwordBytesMax
        else {
            throw .unacceptable(
                field: "password", reason: "パスワードは\(charactersMin)字以上にしてください。長い文でもかまいません。")
        }
        guard Set(normal).count >= 5, !normal.lowercased().contains(login) else {
            throw .unacceptable(
                field: "password", reason: "同じ字のくり返しや、ログインIDを含むパスワードは使えません。")
        }
    }
}
