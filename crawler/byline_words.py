"""The words of bylines: labels, ranks, roles, outlets, bodies, common name syllables. No logic.

All are lower case NFC, compared after `casefold`. Words that mean something only at the start of a line stand apart
from those that mean it anywhere; diacritics count, for "Tín" is a name and "tin" is a label.
"""

from __future__ import annotations

from typing import Final


def _set(words: str, separator: str | None = None) -> frozenset[str]:
    """Give the words of a text: parted by white space, or by what is named."""
    return frozenset(words.split(separator))


# --- labels: what stands before a colon -------------------------------------------------------------------------------

TEXT_LABELS: Final = (
    "tác giả bài viết|nhóm tác giả|tên tác giả|tác giả|bài viết|tin bài|bài dự thi|bài|tin tức|tin|nội dung|"
    "người thực hiện|nhóm thực hiện|thực hiện|người viết|người gửi|bút danh|bút hiệu|tổng hợp|biên soạn|sưu tầm|"
    "ghi chép|lược ghi|phóng sự|phóng viên|ký sự|ghi|nhóm pv|nhóm phóng viên|"
    "text and photos|written by|words by|text by|story by|posted by|report by|words|story|text|authors?|reporter|by|"
    "ein beitrag von|ein artikel von|verfasst von|geschrieben von|text von|von|autor:in|autor\\*in|autor/in|"
    "autorin|autoren|autores|autora|autor|kolumnist\\*in|verfasser|"
    "écrit par|rédigé par|propos recueillis par|publié par|texte|auteure?s?|par|"
    "escrito por|texto|por|redacción|scritto da|testo di|autore|a cura di|door|tekst|skribent|yazar|автор|текст|"
    "作者|撰文|文|記者|记者|著者|筆者"
)
PHOTO_LABELS: Final = (
    "hình ảnh|ảnh bìa|ảnh minh họa|ảnh tư liệu|ảnh|hình|video clip|video|clip|đồ họa|đồ hoạ|infographic|thiết kế|"
    "trình bày|minh họa|minh hoạ|kỹ thuật|quay phim|dựng phim|"
    "photos by|photographs? by|photography|photographs?|photos?|pictures|pics|images?|illustrations?|graphics?|"
    "photo credit|image credit|credit|fotografie|fotos?|bilder|bild|illustration|fotocredit|foto von|"
    "photographies?|crédits?|imagen|foto di|bildrechte|titelbild"
)
SOURCE_LABELS: Final = (
    "nguồn tin bài|nguồn bài viết|nguồn tin|trích nguồn|nguồn|theo|xuất xứ|source|sources|quellen?|fuente|fonte"
)
OTHER_LABELS: Final = (
    "biên tập viên|biên tập|hiệu đính|biên dịch|lược dịch|người dịch|dịch giả|dịch|chịu trách nhiệm|ban biên tập|"
    "người đăng|đăng bởi|người duyệt|người phát biểu|cập nhật|ngày đăng|đăng ngày|đăng lúc|thời gian|chuyên mục|"
    "từ khóa|từ khoá|chủ đề|thẻ|e-mail|email|mail|điện thoại|đt|tel|fax|hotline|địa chỉ|lượt xem|"
    "tags?|topics?|twitter|x|facebook|instagram|contact|kontakt|edited by|editors?|editing by|reporting by|"
    "additional reporting|übersetzung|übersetzt von|redaktion|traduction|published|updated|posted|stand|"
    "veröffentlicht|aktualisiert|translated by|translation|topic|filed under|category"
)

# What leads a line without a colon.
TEXT_LEADS: Final = (
    "written by|words by|text by|story by|posted by|published by|report by|article by|by|"
    r"(?:\w+ )?(?:beitrag|artikel|gastbeitrag|pressemitteilung|kommentar|wortlaut|analyse|essay|kolumne|rezension|"
    "bericht|interview|text|reportage|porträt|protokoll|feder) von|verfasst von|geschrieben von|veröffentlicht von|"
    "eingestellt von|publiziert von|gepostet von|"
    "über|von|autor/in|autorin|autor|~|"
    "écrit par|rédigé par|publié par|propos recueillis par|par|escrito por|publicado por|por|"
    "scritto da|testo di|a cura di|di|da|door|skrevet av|av|af|автор"
)
PHOTO_LEADS: Final = "(?:photographs?|photos?|pictures?|images?|illustrations?) by|(?:fotos?|bild(?:er)?) von|ảnh của"
LEADS_OF_A_NAME: Final = _set("über af di av da")

# --- persons ----------------------------------------------------------------------------------------------------------

TITLES: Final = (
    r"pgs\.?,?\s*\.?\s*ts\.?(?:\s*bs\.?)?|gs\.?,?\s*\.?\s*ts(?:kh)?\.?(?:\s*bs\.?)?|tskh\.?|th\.?\s?s\.?|ts\.?\s*bs\.?|"
    r"t\.?s\.|ts|pgs\.?|gs\.|bs\.?\s*ck\s?(?:ii?|1|2)\.?|bsck(?:ii?|1|2)\.?|bs\.|cn\.|ks\.|kts\.?|ds\.|ls\.|đ/c\.?|"
    r"nsnd\.?|nsưt\.?|ngnd\.?|ngưt\.?|lm\.|pv\.?|btv\.?|ctv\.?|"
    r"phó giáo sư|giáo sư|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|cử nhân|kỹ sư|kiến trúc sư|luật sư|luật gia|"
    r"bác sĩ|bác sỹ|dược sĩ|dược sỹ|đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá|trung tá|thiếu tá|"
    r"đại úy|đại uý|thượng úy|thượng uý|trung úy|trung uý|thiếu úy|thiếu uý|chuẩn đô đốc|phó đô đốc|"
    r"nhà báo|phóng viên ảnh|phóng viên|cộng tác viên|biên tập viên|nhà văn|nhà thơ|nhà giáo|nhà nghiên cứu|nhạc sĩ|"
    r"nhạc sỹ|họa sĩ|họa sỹ|nghệ sĩ|nghệ sỹ|linh mục|hòa thượng|hoà thượng|thượng tọa|thượng toạ|đại đức|"
    r"đồng chí|ông|bà|kiểm sát viên|thẩm phán|tác giả|cây bút"
)
COLLECTIVES: Final = _set(
    "pv|nhóm pv|nhóm phóng viên|các phóng viên|phóng viên|nhóm p.v|p.v|btv|nhóm btv|ctv|nhóm ctv|cộng tác viên|bbt|"
    "ban biên tập|ban biên tập website|tòa soạn|toà soạn|biên tập viên|nhóm tác giả|tổ pv|bạn đọc|thông tín viên|"
    "pv tổng hợp|pvtt|nhóm pvtt|ban thư ký",
    "|",
)
DOINGS: Final = (  # what someone did, after or beside the name
    "thực hiện|tổng hợp|lược ghi|lược dịch|biên dịch|biên soạn|sưu tầm|ghi chép|ghi lại|ghi|dịch|viết|phỏng vấn|"
    "thực hiện phỏng vấn|tổng hợp và biên tập|t/h|giới thiệu|trích dịch|chuyển ngữ|kể|trình bày"
)
ROLES: Final = _set(
    "editor editors writer writers reporter reporters correspondent correspondents journalist columnist contributor "
    "contributors producer blogger author analyst strategist director critic intern volunteer presenter expert "
    "corresponsal redactor redactora periodista colaborador editora columnista redakteur redakteurin "
    "redakteurin/redakteur korrespondent korrespondentin reporterin journalistin volontär volontärin praktikant "
    "autorin chefredakteur chefredakteurin ressortleiter ressortleiterin kolumnist chefreporter chefreporterin "
    "herausgeber freier freie redaktionsleiter geschäftsführer journaliste rédacteur rédactrice correspondant "
    "correspondante giornalista corrispondente journalisten skribent toimittaja muhabir professor professorin dozent "
    "profesor professeur"
)
ROLE_QUALIFIERS: Final = _set(
    "senior junior staff chief political politics lifestyle associate assistant managing executive deputy "
    "contributing special national foreign health science sports sport business technology tech royal royals "
    "entertainment showbiz crime education environment defence economics digital audience features feature opinion "
    "editorial investigations consumer travel money news trends live general social media data content guest "
    "freelance us uk europe european world global diplomatic security home affairs transport legal property "
    "stellvertretender stellvertretende leitender leitende politischer freier freie"
)
PARTICLES: Final = _set(
    "v. von van vom zu zum zur der den dem de del della dello di da do dos das du des la le los las lo el al ibn bin "
    "ben ter ten te op af av und y e i bint abu ap st d' l' 't"
)
SUFFIXES: Final = _set("jr jr. sr sr. ii iii iv")
DEGREES: Final = _set("phd ph.d. ph.d md m.d. m.d msc m.sc. ba b.a. mba rn rd jd dds esq esq. llm ll.m.")

# --- bodies -----------------------------------------------------------------------------------------------------------

AGENCIES: Final = _set(
    "ttxvn|thông tấn xã việt nam|vna|vietnam news agency|tân hoa xã|xinhua|reuters|afp|agence france-presse|ap|"
    "associated press|the associated press|a.p.|dpa|dpa-afx|dpa-infocom|dpa/lno|lno|efe|agencia efe|ansa|apa|sda|ats|"
    "keystone-sda|keystone|sid|epd|kna|tass|ria novosti|sputnik|yonhap|kyodo|kyodo news|jiji|pti|ani|ians|bloomberg|"
    "bloomberg news|belga|ntb|ritzau|upi|aap|pa|pa media|pa news agency|press association|europa press|lusa|mti|pap|"
    "anadolu|anadolu agency|anadolu ajansı|dow jones|dow jones newswires|globe newswire|globenewswire|"
    "pr newswire|business wire|"
    "pixsell|hina|tanjug|stt|bns|leta|irna|kcna|cna|agenturen|agencies|news agencies|wire services|wires|agencias|"
    "cnn|bbc|bbc news|bbc vietnamese|rfi|voa|dw|rt|getty|getty images|deutschlandfunk|ots|news aktuell|awp|oe24|"
    "apa/dpa|apa/afp|apa/reuters|tt|agence belga|canadian press|the canadian press|the conversation",
    "|",
)
OUTLETS: Final = _set(
    "nhân dân|nhân dân điện tử|nhandan|lao động|người lao động|quân đội nhân dân|qđnd|công an nhân dân|cand|"
    "tiền phong|thanh niên|tuổi trẻ|tuổi trẻ online|tuổi trẻ thủ đô|dân trí|vnexpress|vietnamnet|vietnam+|"
    "vietnamplus|vov|vtv|vtc|vtc news|vtv news|vov.vn|znews|zing|zing news|zingnews|kenh14|kênh 14|cafef|cafebiz|"
    "soha|tin tức|bnews|vneconomy|vn economy|hà nội mới|hànộimới|kinh tế đô thị|kinh tế & đô thị|sài gòn giải phóng|"
    "sggp|pháp luật tp.hcm|plo|pháp luật việt nam|đời sống & pháp luật|đời sống pháp luật|đại đoàn kết|đầu tư|"
    "báo đầu tư|công thương|xây dựng|giao thông|sức khỏe & đời sống|sức khỏe đời sống|gia đình & xã hội|"
    "phụ nữ việt nam|phụ nữ tp.hcm|phụ nữ thủ đô|an ninh thủ đô|an ninh tiền tệ|trí thức trẻ|nhịp sống kinh tế|"
    "nhịp sống thị trường|nhịp sống việt|người đưa tin|người quan sát|báo mới|viettimes|vietstock|infonet|saostar|"
    "tổ quốc|văn hóa|toquoc|chính phủ|báo chính phủ|chinhphu|vgp|vgp news|vnmedia|ictnews|thể thao & văn hóa|"
    "thể thao văn hóa|bóng đá|bongdaplus|24h|nông nghiệp việt nam|nông thôn ngày nay|dân việt|một thế giới|"
    "thương hiệu & công luận|nhà đầu tư|doanh nhân|khoa học & đời sống|giáo dục & thời đại|giáo dục việt nam|"
    "kiểm sát|bảo vệ pháp luật|tài nguyên & môi trường|vietnamfinance|thời báo ngân hàng|thời báo tài chính|vccorp|"
    "vccorp.vn|việt nam mới|phunuonline|đảng cộng sản việt nam|đcsvn|cpv|mega story|elle|forbes|forbes việt nam",
    "|",
)
OUTLET_HEADS: Final = (
    "báo|tạp chí|tập san|đài|thời báo|nhật báo|tuần báo|cổng thông tin|cổng ttđt|cổng tt|trang thông tin|trang tin|"
    "trang tttđt|chuyên trang|kênh|bản tin|nhà xuất bản|nxb|thông tấn xã|thông tấn|truyền hình|website|chuyên đề|"
    "ấn phẩm|pt-th|ptth|thông tin"
)
BODY_HEADS: Final = (
    "viện|phòng|p\\.|sở|ubnd|ủy ban|uỷ ban|hđnd|hội đồng|mttq|ubmttq|mặt trận|chi bộ|chi cục|chi hội|chi đoàn|"
    "chi nhánh|chi ủy|chi uỷ|đảng ủy|đảng uỷ|đảng bộ|đảng đoàn|ban cán sự|huyện|tỉnh|thành ủy|thành uỷ|thành đoàn|"
    "thành phố|tp\\.|tp|thị ủy|thị uỷ|thị xã|thị đoàn|thị trấn|quận|phường|xã|trung tâm|tt\\.|trạm|đại học|đh|học viện|"
    "cao đẳng|trường (?:thpt|thcs|th|mn|tiểu|mầm|đại|cao|chính|trung|đh|sĩ|sỹ|quân|học|phổ|dạy|dân|nghề)|khoa học|"
    "bệnh viện|bv|công an|bộ|bch|bđbp|bộ đội|đồn|lữ đoàn|sư đoàn|trung đoàn|tiểu đoàn|quân khu|quân đoàn|"
    "quân chủng|binh chủng|hải đoàn|hải đội|vùng|cục|tổng cục|tổng công ty|tổng liên đoàn|vụ|văn phòng|vp|vks|vksnd|"
    "vksndtc|vksqs|tand|tòa án|toà án|công ty|cty|tập đoàn|doanh nghiệp|ngân hàng|bhxh|bảo hiểm|liên đoàn|lđlđ|"
    "đoàn (?:thanh|tncs|tn|xã|phường|trường|cơ|khối|công|viên|đại|đbqh|luật|thị|huyện|tỉnh|quận|kinh|bộ)|"
    "hội (?:nông|liên|cựu|phụ|chữ|khuyến|luật|nhà|đồng|người|sinh|doanh|văn|lhpn|ccb|nd|bảo|kiến|y|đông|cha|di|làm)|"
    "ban (?:biên|chỉ|tuyên|tổ|quản|dân|nội|kinh|kiểm|thường|chấp|giám|thanh|điều|pháp|văn|tôn|bảo|thời|cơ|đối|bí)|"
    "tổ (?:công|dân|tuyên|chức|truyền|cộng|bộ)|đội (?:công|cảnh|quản|tuyên|csgt|thanh|nghiệp)|nhà máy|cơ quan|khối|"
    "thư viện|bảo tàng|nhà văn hóa|nhà văn hoá|hạt|kho bạc|thuế|hải quan|cụm|đại sứ quán|lãnh sự|vnpt|evn|điện lực|"
    "nhóm|câu lạc bộ|clb|tỉnh ủy|tỉnh uỷ|huyện ủy|huyện uỷ|quận ủy|quận uỷ|tổ chức|thanh tra|"
    "sân bay|cảng|nông trường|lâm trường|hợp tác xã|htx|qtdnd|đài ptth|khu|ủy viên|uỷ viên|"
    "phó (?:trưởng|phòng|chủ|giám|bí|ban|chánh|tổng|viện|hiệu)|"
    "trưởng (?:ban|phòng|khoa|đoàn|công)|giám đốc|"
    "hiệu trưởng|bí thư|chủ tịch|chủ nhiệm"
)
BODY_WORDS: Final = _set(
    "news newsroom redaktion onlineredaktion redaktionsteam staff team editorial editors agency gmbh inc inc. llc "
    "ltd ltd. press desk magazine magazin media online onlinefocus verlag university universität université "
    "institute institut committee association verband bureau network networks group company department ministry "
    "ministerium blog blogs webteam service services times zeitung nachrichten tv radio reporters agenturen e.v. "
    "foundation stiftung studio tribune weekly gazette sciences web admin administrator newsletter publisher "
    "publishing guardian telegraph herald post mail chronicle observer wire newswire communications pressestelle "
    "presseagentur presse rédaction redacción redazione redação redaksi redaktionen redaktørerne office corporation "
    "corp corp. webmaster moderator forum community channel podcast advertiser sponsored partner partners jsc "
    "holdings union anstalt contributor contributors agencia agencias agenzia sports sport deutschland international"
)
DOMAIN_ENDINGS: Final = (
    "com|net|org|info|vn|de|at|ch|fr|it|es|uk|us|is|be|nl|se|no|dk|fi|pl|cz|ru|jp|cn|kr|eu|tv|news|online|co|io|me|ly"
)

# --- what is never a name ---------------------------------------------------------------------------------------------

NEVER: Final = _set(
    "name vorname nachname auteurs autoren autores faqs ceo cto founder cofounder "
    "admin administrator root unknown anonymous unbekannt anonym user author autor editor null none undefined share "
    "read more view views comment comments follow subscribe subscription published updated posted facebook twitter "
    "instagram youtube whatsapp linkedin telegram pinterest tumblr reddit xing email e-mail login logout register "
    "menu search print drucken teilen merken kommentar kommentare kommentieren newsletter weiterlesen lesezeit "
    "minuten minutes archives rss feed advertisement advertorial anzeige sponsored werbung contact kontakt impressum "
    "datenschutz click here photo photos foto fotos image images video videos gallery copyright reserved rights "
    "button icon logo avatar profile profil website webseite compartir partager commenter suivre leer más artikel "
    "article articles beitrag beiträge posts tags startseite quelle source sources bild bilder themen category "
    "categories kategorie kategorien bookmark bookmarks schließen schliessen autorenseite what why how when where "
    "this that these those your our we they is are was were has have not nicht wird wie warum und oder"
)
NEVER_FIRST: Final = _set(
    "tin bài ảnh xem video thứ ngày tháng lượt nhập chia số các những một đọc tags cập gửi bạn cùng và của tại "
    "không có được khi này đó theo nguồn hủy thêm mới hot tải the who what a in on at of for with from to "
    "about all audio podcast infographic longform emagazine megastory zur zum ein eine im am auf für mit nach über "
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado von "
    "vom by par por"
)
SECTIONS: Final = _set(
    "công an|bình luận|tâm sự|ý kiến|quân sự|thời tiết|"
    "thời sự|chính trị|kinh tế|xã hội|văn hóa|thể thao|giải trí|giáo dục|pháp luật|thế giới|quốc tế|công nghệ|"
    "khoa học|sức khỏe|du lịch|đời sống|bất động sản|tài chính|doanh nghiệp|thị trường|ô tô xe máy|bạn đọc|"
    "trong nước|trang chủ|tin mới|tin nóng|chuyển đổi số|nông nghiệp|môi trường|quốc phòng|an ninh|xây dựng đảng|"
    "đoàn thể|politics|business|world|sports|opinion|culture|lifestyle|technology|science|health|entertainment|"
    "economy|politik|wirtschaft|kultur|panorama|wissen|gesellschaft|lokales|meinung|digital|reise|sport|société|"
    "économie|monde|política|economía|cultura|sociedad|mundo|deportes",
    "|",
)
PLACES: Final = _set(
    "hà nội|tp hcm|tp.hcm|tphcm|tp. hcm|hồ chí minh|sài gòn|hải phòng|đà nẵng|cần thơ|huế|thừa thiên huế|an giang|"
    "bà rịa - vũng tàu|bà rịa|vũng tàu|bắc giang|bắc kạn|bạc liêu|bắc ninh|bến tre|bình định|bình dương|bình phước|"
    "bình thuận|cà mau|cao bằng|đắk lắk|đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà tĩnh|"
    "hải dương|hậu giang|hòa bình|hoà bình|hưng yên|khánh hòa|khánh hoà|kiên giang|kon tum|lai châu|lâm đồng|"
    "lạng sơn|lào cai|long an|nam định|nghệ an|ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|"
    "quảng ninh|quảng trị|sóc trăng|sơn la|tây ninh|thái bình|thái nguyên|thanh hóa|thanh hoá|tiền giang|trà vinh|"
    "tuyên quang|vĩnh long|vĩnh phúc|yên bái|việt nam|biên hòa|nha trang|đà lạt|tây nguyên|trường sa|hoàng sa|"
    "trung quốc|hoa kỳ|berlin|hamburg|münchen|munich|wien|vienna|paris|london|washington|new york|moscow|brussels|"
    "madrid|rome|tokyo|beijing|köln|frankfurt|zürich|genf|geneva|jerusalem|cairo|manila|bangkok|hong kong|singapore|"
    "new delhi|delhi|kyiv|kiew|moskau|brüssel|rom|peking|istanbul|teheran|tel aviv",
    "|",
)

# --- common syllables of Vietnamese names -----------------------------------------------------------------------------

SURNAMES: Final = _set(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm "
    "phùng mai tô hà tạ cao châu quách thái lương tống lưu chu thạch danh kim nông triệu ma lò lường vi la giàng "
    "thào sùng vàng hầu mùa cầm quàng tòng cà bàn đàm doãn nghiêm khuất kiều lại lều mạc nhan ninh nhâm phí phó "
    "thân thiều tiêu tôn từ văn viên trà tăng tưởng ưng âu bạch bành biện cung chử cù đồng đường giáp hứa hàn khổng "
    "khúc khương lục mã mẫn nhữ ngụy nghị quan sầm thi tất trang tri ung vòng y âu-dương bế hoa thích ngọ đới hán "
    "cấn quản nguyen tran pham hoang huynh dang bui"
)
GIVEN: Final = _set(
    "an anh ái ánh ân ba bách bạch bảo băng bắc bân bích biên bình bảy cảnh cát cầm cẩm chi chí chiến chinh chính "
    "chung chuyên chương công cúc cương cường danh dân di diễm diên diễn diện diệp diệu dịu doan doanh dung dũng duy "
    "duyên dương dưỡng đan đạo đạt đăng đào đình điền điệp định đoan đoàn đông đồng độ đức gấm giang giáp giàu hà hạ "
    "hải hào hảo hạnh hân hằng hậu hiên hiếu hiền hiển hiệp hiệu hòa hoà hoa hoài hoan hoàn hoàng hoạt hồ hồng huấn "
    "huân huệ hùng huy huyên huyền huỳnh hưng hương hường hướng hưởng hữu kha khả khải khang khanh khánh khôi khoa "
    "khoan khuê khuyên khương kiên kiều kiệt kim kỳ lai lam lan lành lâm lân lập lệ liên liễu linh loan long lộc lợi "
    "luân luận luật lưu luyến lụa lực lương lượng ly lý mai mạnh mẫn mến mi miên minh mỹ my mơ nam nga ngà ngân nghi "
    "nghị nghĩa nghiêm ngoan ngọc ngôn nguyên nguyệt nhã nhàn nhân nhàng nhật nhi nhiên nhung như nhựt nhuận ninh "
    "nương oanh phát phi phong phú phúc phụng phùng phương phượng phước quang quân quế quốc quý quyên quyền quyết "
    "quỳnh sa san sang sáng sinh soạn son sơn sương sĩ sỹ tài tâm tân tấn thạch thái thanh thành thảo thạo thăng "
    "thắng thắm thế thi thiên thiện thịnh thoa thoan thông thơ thơm thu thuần thuận thuật thục thuỳ thùy thủy thuỷ "
    "thúy thuý thư thương thường thưởng thức tiên tiến tiệp tín tình tịnh toàn toản toán tố tôn tùng túc tú tuấn "
    "tuân tuệ tuyên tuyền tuyển tuyến tuyết tường tứ tri trí trà trang trâm trân trầm triều triết trinh trình trọng "
    "trúc trung trường trực uyên uyển uy vân văn viên việt vinh vĩnh vọng vũ vui vương vượng vy vi xuân xuyên xuyến "
    "ý yên yến y tánh thìn tý sửu dần mão tỵ ngọ mùi thân dậu tuất hợi thêu thủ bé tư năm sáu tám chín út bền bằng "
    "đương đại quảng sâm hợp khiêm tự hy tin túy huế đô phấn thụy thuyết thuyên xoan điểu hạo lư quy nha miền tĩnh "
    "hoằng viễn cửu tất sen ngạn thiếu tường trấn khởi khiết phấn thoại lĩnh khuyến thụ hiến hiểu kính hoán hiện gia "
    "bá mậu duẩn tiến thế nhất song cúc sao thạnh hội tiếp cử kha ngữ dỹ huyến thướng khánh"
)
