import CityKernel
import CityWeb

extension Texts {
    /// Words of the pages of devices.
    static let ofDevices: Texts = [
        "deviceNew": LocalizedText("装置を登録する", easy: "きかいを ふやす", en: "Register a device"),
        "deviceModelNew": LocalizedText(
            "機種を登録する",
            easy: "きかいの しゅるいを ふやす",
            en: "Register a model"),
        "deviceSearch": LocalizedText("名前・番号でさがす", easy: "名前で さがす", en: "Search by name or id"),
        "deviceFind": LocalizedText("さがす", easy: "さがす", en: "Search"),
        "deviceFilter": LocalizedText("状態でしぼる", easy: "ようすで えらぶ", en: "Filter by state"),
        "deviceAll": LocalizedText("すべて", easy: "ぜんぶ", en: "All"),
        "deviceMore": LocalizedText("ほか {n}台", easy: "ほか {n}だい", en: "{n} more"),
        "deviceNone": LocalizedText(
            "装置はまだありません。",
            easy: "きかいは まだ ありません。",
            en: "There are no devices yet."),
        "deviceNoneText": LocalizedText(
            "先に機種(測定値の読み方)を登録し、つぎに装置を登録します。",
            easy: "はじめに しゅるいを、つぎに きかいを 入れます。",
            en: "Register a model (how its values are read) first, then the devices."),
        "deviceNoneFound": LocalizedText(
            "あてはまる装置はありません。",
            easy: "ありません。",
            en: "No device matches."),
        "deviceName": LocalizedText("名前", easy: "名前", en: "Name"),
        "deviceState": LocalizedText("状態", easy: "ようす", en: "State"),
        "deviceSeen": LocalizedText("最後に届いた時", easy: "さいごに きた とき", en: "Last heard"),
        "deviceObserved": LocalizedText("最後に測った時", easy: "さいごに はかった とき", en: "Last measured"),
        "deviceBattery": LocalizedText("電池", easy: "でんち", en: "Battery"),
        "deviceSignal": LocalizedText("電波", easy: "でんぱ", en: "Signal"),
        "deviceMissing": LocalizedText("抜けた電文", easy: "こなかった もの", en: "Uplinks lost"),
        "deviceMessages": LocalizedText("届いた電文", easy: "きた もの", en: "Messages"),
        "deviceRefused": LocalizedText("断った電文", easy: "つかえなかった もの", en: "Refused"),
        "deviceNever": LocalizedText("まだ届いていません", easy: "まだ きて いません", en: "Never"),
        "deviceSilentTitle": LocalizedText(
            "{n}台から届いていません",
            easy: "{n}だいの きかいから きて いません",
            en: "Silent devices: {n}"),
        "deviceSilentOne": LocalizedText(
            "この装置から届いていません",
            easy: "この きかいから きて いません",
            en: "This device is silent"),
        "deviceSilentText": LocalizedText(
            "届かないのは安全という意味ではありません。電源・電波・電池を確かめてください。",
            easy: "きて いない ことは、だいじょうぶと いう いみでは ありません。きかいを 見て ください。",
            en: "Silence does not mean that all is well. Check power, signal and battery."),
        "deviceRefusedOne": LocalizedText(
            "届いていますが、使えない内容です",
            easy: "きて いますが、つかえません",
            en: "It speaks, but its messages cannot be used"),
        "deviceStanding-silent": LocalizedText("途絶", easy: "きて いない", en: "Silent"),
        "deviceStanding-refused": LocalizedText("読めない", easy: "よめない", en: "Unreadable"),
        "deviceStanding-doubtful": LocalizedText("要確認", easy: "しらべて ください", en: "Look"),
        "deviceStanding-well": LocalizedText("正常", easy: "だいじょうぶ", en: "Well"),
        "deviceStanding-retired": LocalizedText("使用停止", easy: "つかって いない", en: "Retired"),
        "deviceDoubt-value": LocalizedText(
            "値が範囲の外か、読めません", easy: "すうじが おかしいです", en: "a value is out of range"),
        "deviceDoubt-battery": LocalizedText("電池が少ない", easy: "でんちが すくない", en: "battery low"),
        "deviceDoubt-loss": LocalizedText("電文が抜けています", easy: "ぬけて います", en: "uplinks are lost"),
        "deviceByItself": LocalizedText("自動", easy: "じどう", en: "by itself"),
        "deviceModels": LocalizedText("機種", easy: "きかいの しゅるい", en: "Models"),
        "deviceModelsText": LocalizedText(
            "同じ機種の装置は、読み方・単位・指令を共有します。",
            easy: "おなじ しゅるいの きかいは おなじ きまりを つかいます。",
            en: "Devices of one model share mapping, units and commands."),
        "deviceModel": LocalizedText("機種", easy: "しゅるい", en: "Model"),
        "deviceModelID": LocalizedText("機種の番号", easy: "しゅるいの 番号", en: "Model id"),
        "deviceModelIDHint": LocalizedText(
            "半角の英字・数字・ハイフン。例: levelmeter-x1",
            easy: "ローマ字と すうじ。れい: levelmeter-x1",
            en: "Letters, digits, hyphen, as levelmeter-x1."),
        "deviceModelName": LocalizedText("機種の名前", easy: "しゅるいの 名前", en: "Model name"),
        "deviceType": LocalizedText("データの種類", easy: "データの しゅるい", en: "Entity type"),
        "deviceTypeHint": LocalizedText(
            "この機種の装置が書くもの。例: WeatherObserved, Streetlight",
            easy: "れい: WeatherObserved",
            en: "What devices of this model write, as WeatherObserved or Streetlight."),
        "deviceSpeech": LocalizedText("書き方", easy: "かきかた", en: "Speech"),
        "deviceSpeech-json": LocalizedText(
            "JSON (IoT Agent)",
            easy: "JSON",
            en: "JSON (IoT Agent)"),
        "deviceSpeech-ultraLight": LocalizedText(
            "UltraLight 2.0",
            easy: "UltraLight 2.0",
            en: "UltraLight 2.0"),
        "deviceSpeech-lorawan": LocalizedText("LoRaWAN", easy: "LoRaWAN", en: "LoRaWAN"),
        "deviceCount": LocalizedText("台数", easy: "かず", en: "Devices"),
        "deviceHow": LocalizedText("装置のつなぎ方", easy: "きかいの つなぎかた", en: "How devices connect"),
        "deviceID": LocalizedText("装置の番号", easy: "きかいの 番号", en: "Device id"),
        "deviceIDHint": LocalizedText(
            "半角の英字・数字・「.」「_」「-」。LoRaWANはDevEUI(小文字16けた)。",
            easy: "ローマ字と すうじ。",
            en: "Letters, digits, dot, underscore, hyphen. For LoRaWAN the DevEUI in small "
                + "letters."),
        "deviceKey": LocalizedText("鍵", easy: "かぎ", en: "Key"),
        "deviceKeyHint": LocalizedText(
            "装置がトピックやアドレスに入れる合言葉。空にすると機種の共通の鍵を使います。",
            easy: "きかいが つかう あいことば。",
            en: "What the device puts into its topic or address. Empty: the key of its "
                + "model."),
        "deviceEntity": LocalizedText("データの名前 (URI)", easy: "データの 名前 (URI)", en: "Entity (URI)"),
        "deviceEntityHint": LocalizedText(
            "空なら、種類と番号から作ります。",
            easy: "なくても いいです。",
            en: "Empty: made from type and id."),
        "deviceSaved": LocalizedText(
            "保存しました。いまから有効です。",
            easy: "ほぞん しました。",
            en: "Saved; it holds from now on."),
        "deviceSent": LocalizedText(
            "指令を出しました。結果は下の表に出ます。",
            easy: "おくりました。",
            en: "The command is on its way; its result appears below."),
        "deviceNotSaved": LocalizedText(
            "保存していません。",
            easy: "ほぞん して いません。",
            en: "Nothing was saved."),
        "deviceNotSavedText": LocalizedText(
            "印のある欄を直して、もう一度保存してください。",
            easy: "なおして ください。",
            en: "Mend the marked fields and save again."),
        "deviceUnmapped": LocalizedText(
            "読み方の決まっていない値が届いています",
            easy: "よみかたの ない すうじが きて います",
            en: "Values arrive that no mapping takes"),
        "deviceUnmappedDo": LocalizedText(
            "機種の読み方に加える",
            easy: "よみかたを ふやす",
            en: "Add them to the model"),
        "deviceNoModels": LocalizedText(
            "機種がまだありません。",
            easy: "しゅるいが まだ ありません。",
            en: "There is no model yet."),
        "deviceNoModelsText": LocalizedText(
            "装置は機種の読み方を使います。先に機種を登録してください。",
            easy: "はじめに しゅるいを 入れて ください。",
            en: "A device uses the mapping of its model. Register a model first."),
        "deviceValues": LocalizedText("いまの値", easy: "いまの すうじ", en: "Values now"),
        "deviceCommands": LocalizedText("指令", easy: "めいれい", en: "Commands"),
        "deviceCommand": LocalizedText("指令", easy: "めいれい", en: "Command"),
        "deviceCommandValue": LocalizedText("値", easy: "なかみ", en: "Value"),
        "deviceCommandHint": LocalizedText(
            "数や文字。例: 40, on, {\"level\": 40}",
            easy: "れい: 40",
            en: "A number, a text or JSON, as 40, on, {\"level\": 40}."),
        "deviceCommandSend": LocalizedText("指令を出す", easy: "おくる", en: "Send the command"),
        "deviceWhen": LocalizedText("日時", easy: "いつ", en: "When"),
        "deviceCommand-UNKNOWN": LocalizedText("未実行", easy: "まだ", en: "None yet"),
        "deviceCommand-PENDING": LocalizedText("送信待ち", easy: "まって います", en: "Pending"),
        "deviceCommand-DELIVERED": LocalizedText("送信ずみ・返事待ち", easy: "とどきました", en: "Delivered"),
        "deviceCommand-OK": LocalizedText("完了", easy: "できました", en: "Done"),
        "deviceCommand-ERROR": LocalizedText("失敗", easy: "しっぱい", en: "Failed"),
        "deviceSettings": LocalizedText("設定", easy: "きまり", en: "Settings"),
        "deviceSave": LocalizedText("保存する", easy: "ほぞんする", en: "Save"),
        "deviceRetire": LocalizedText("使用をやめる", easy: "つかうのを やめる", en: "Retire"),
        "deviceRevive": LocalizedText("使用を再開する", easy: "また つかう", en: "Use again"),
        "deviceHealth": LocalizedText("調子", easy: "ちょうし", en: "Health"),
        "deviceSilentAfter": LocalizedText("途絶とみなす時間", easy: "きて いないと いう 時間", en: "Silent after"),
        "deviceEditions": LocalizedText("これまでの版", easy: "まえの きまり", en: "Editions"),
        "deviceEdition": LocalizedText("版", easy: "版", en: "Edition"),
        "deviceEditionFrom": LocalizedText("いつから", easy: "いつから", en: "Valid from"),
        "deviceEditionBy": LocalizedText("だれが", easy: "だれが", en: "By"),
        "deviceEditionNow": LocalizedText("いま有効", easy: "いま", en: "in force"),
        "deviceEditionLater": LocalizedText("これから", easy: "これから", en: "to come"),
        "deviceSilentMinutes": LocalizedText(
            "途絶とみなすまでの分",
            easy: "なんぷん こないと しらせるか",
            en: "Silent after (minutes)"),
        "deviceSilentMinutesHint": LocalizedText(
            "装置が送る間隔の2〜3倍。過ぎると「途絶」と赤で示します。",
            easy: "2ばいから 3ばい",
            en: "Two or three of its sending intervals; beyond it the device is shown as "
                + "silent, in red."),
        "deviceTransport": LocalizedText(
            "指令の届け方",
            easy: "めいれいの とどけかた",
            en: "How commands travel"),
        "deviceTransport-mqtt": LocalizedText("MQTTで送る", easy: "MQTT", en: "By MQTT"),
        "deviceTransport-http": LocalizedText(
            "装置のアドレスへHTTPで送る", easy: "HTTP", en: "By HTTP to the device"),
        "deviceTransport-theThingsStack": LocalizedText(
            "LoRaWAN(The Things Stack)の下り", easy: "LoRaWAN", en: "Downlink by The Things Stack"),
        "deviceTransport-chirpStack": LocalizedText(
            "LoRaWAN(ChirpStack)の下り", easy: "LoRaWAN", en: "Downlink by ChirpStack"),
        "deviceCommandURL": LocalizedText(
            "指令を送るアドレス", easy: "めいれいの アドレス", en: "Address for commands"),
        "deviceCommandURLHint": LocalizedText(
            "HTTPと下りのとき。{device} は装置の番号になります。"
                + "例: https://…/api/v3/as/applications/town/devices/eui-{device}/down/push、"
                + "https://…/api/devices/{device}/queue",
            easy: "https:// から。",
            en: "For HTTP and downlinks; {device} becomes the device's id, as in "
                + "https://…/api/v3/as/applications/town/devices/eui-{device}/down/push or "
                + "https://…/api/devices/{device}/queue"),
        "deviceCommandKey": LocalizedText("そこで見せる鍵", easy: "かぎ", en: "Key shown there"),
        "deviceCommandPort": LocalizedText("下りのポート", easy: "ポート", en: "Downlink port"),
        "deviceTransport-polling": LocalizedText(
            "装置が取りに来る (getCmd=1)",
            easy: "きかいが とりに くる",
            en: "The device asks (getCmd=1)"),
        "deviceCommandNames": LocalizedText("指令の名前", easy: "めいれいの 名前", en: "Command names"),
        "deviceCommandNamesHint": LocalizedText(
            "空白で区切る。例: dim on",
            easy: "れい: dim on",
            en: "Divided by spaces, as: dim on"),
        "deviceCommandSeconds": LocalizedText(
            "指令の期限(秒)",
            easy: "めいれいの じかん(びょう)",
            en: "Command deadline (seconds)"),
        "deviceSharedKey": LocalizedText("共通の鍵", easy: "おなじ かぎ", en: "Shared key"),
        "deviceSharedKeyHint": LocalizedText(
            "自分の鍵のない装置が使います。",
            en: "Used by devices without a key of their own."),
        "deviceRegistersUnknown": LocalizedText(
            "共通の鍵で送ってきた知らない装置を、自動で登録する",
            easy: "しらない きかいを じどうで 入れる",
            en: "Register unknown devices that send with the shared key"),
        "deviceTakesArrival": LocalizedText(
            "時刻のない知らせは、届いた時刻を測った時刻とする",
            easy: "時間が なければ、とどいた 時間を つかう",
            en: "A message without a time counts as measured when it arrives"),
        "deviceMeasures": LocalizedText("測定値の読み方", easy: "すうじの よみかた", en: "Measures"),
        "deviceMeasuresText": LocalizedText(
            "装置が送る名前と、市のデータでの名前・単位。値 = 届いた値 × 倍率 + 補正。範囲の外は「要確認」とします。名前を空にすると消えます。",
            easy: "きかいの 名前と 市の 名前。",
            en: "The device's names, and name and unit in the city's data. value = told "
                + "× factor + shift; outside the range it is marked as doubtful. Empty the "
                + "name to remove a row."),
        "deviceMeasure-measure": LocalizedText("届く名前", easy: "きかいの 名前", en: "Told as"),
        "deviceMeasure-attribute": LocalizedText("属性", easy: "市の 名前", en: "Attribute"),
        "deviceMeasure-kind": LocalizedText("種類", easy: "しゅるい", en: "Kind"),
        "deviceMeasure-unitCode": LocalizedText("単位", easy: "たんい", en: "Unit"),
        "deviceMeasure-factor": LocalizedText("倍率", easy: "ばい", en: "Factor"),
        "deviceMeasure-shift": LocalizedText("補正", easy: "たす", en: "Shift"),
        "deviceMeasure-minimum": LocalizedText("下限", easy: "下", en: "Lowest"),
        "deviceMeasure-maximum": LocalizedText("上限", easy: "上", en: "Highest"),
        "deviceKind-number": LocalizedText("数", easy: "すうじ", en: "number"),
        "deviceKind-text": LocalizedText("文字", easy: "文字", en: "text"),
        "deviceKind-boolean": LocalizedText("はい・いいえ", easy: "はい・いいえ", en: "yes or no"),
        "deviceKind-place": LocalizedText("場所", easy: "ばしょ", en: "place"),
        "deviceKind-json": LocalizedText("JSON", easy: "JSON", en: "JSON"),
        "deviceDecoderTitle": LocalizedText(
            "バイト列の読み方 (LoRaWAN)",
            easy: "バイトの よみかた",
            en: "Payload decoder (LoRaWAN)"),
        "deviceDecoderText": LocalizedText(
            "説明書のバイトの表をそのまま写します。位置は0から。ビットは最下位が0。",
            easy: "せつめいしょを 見て 入れます。",
            en: "Copy the byte table of the manual. Offsets begin at 0; the lowest bit "
                + "is 0."),
        "deviceDecoder": LocalizedText("デコーダー", easy: "デコーダー", en: "Decoder"),
        "deviceDecoder-none": LocalizedText(
            "使わない(名前と値がそのまま届く)",
            easy: "つかわない",
            en: "None (names and values arrive as they are)"),
        "deviceDecoder-fields": LocalizedText(
            "下の表で読む",
            easy: "下の ひょうで よむ",
            en: "By the table below"),
        "deviceDecoder-cayenneLPP": LocalizedText(
            "Cayenne LPP",
            easy: "Cayenne LPP",
            en: "Cayenne LPP"),
        "deviceField-name": LocalizedText("名前", easy: "名前", en: "Name"),
        "deviceField-port": LocalizedText("ポート", easy: "ポート", en: "Port"),
        "deviceField-offset": LocalizedText("位置", easy: "いち", en: "Offset"),
        "deviceField-length": LocalizedText("長さ", easy: "ながさ", en: "Length"),
        "deviceField-order": LocalizedText("並び", easy: "ならび", en: "Order"),
        "deviceField-sign": LocalizedText("符号", easy: "ふごう", en: "Sign"),
        "deviceField-bitFirst": LocalizedText("ビット始", easy: "ビット", en: "First bit"),
        "deviceField-bitCount": LocalizedText("ビット数", easy: "ビットの かず", en: "Bits"),
        "deviceField-scale": LocalizedText("倍率", easy: "ばい", en: "Scale"),
        "deviceOrder-big": LocalizedText("大きい桁から", easy: "大きい ほうから", en: "Big endian"),
        "deviceOrder-little": LocalizedText("小さい桁から", easy: "小さい ほうから", en: "Little endian"),
        "deviceSign-unsigned": LocalizedText("なし", easy: "なし", en: "Unsigned"),
        "deviceSign-signed": LocalizedText("あり", easy: "あり", en: "Signed"),
        "deviceTryBytes": LocalizedText(
            "ためすバイト列(16進)",
            easy: "ためす バイト",
            en: "Bytes to try (hexadecimal)"),
        "deviceTryBytesHint": LocalizedText(
            "例: 01 67 00 E1",
            easy: "れい: 01 67 00 E1",
            en: "As 01 67 00 E1"),
        "deviceTry": LocalizedText("ためす", easy: "ためす", en: "Try"),
        "deviceTried": LocalizedText("ためした結果", easy: "けっか", en: "Result of the trial"),
        "deviceTryFailed": LocalizedText("読めませんでした", easy: "よめません", en: "It cannot be read"),
        "deviceTryValue": LocalizedText("値", easy: "すうじ", en: "Value"),
        "deviceTryBecomes": LocalizedText("こう残る", easy: "こう のこる", en: "Is kept as"),
        "deviceTryUnmapped": LocalizedText(
            "(読み方の表にない)",
            easy: "(よみかたが ない)",
            en: "(in no mapping)"),
        "deviceCommandsAndKeys": LocalizedText(
            "指令と共通の鍵",
            easy: "めいれいと かぎ",
            en: "Commands and shared key"),
        "deviceValidFrom": LocalizedText("いつから有効か", easy: "いつから", en: "Valid from"),
        "deviceValidFromHint": LocalizedText(
            "空なら、保存したときから。",
            easy: "なければ いまから。",
            en: "Empty: from now on."),
    ]
}
