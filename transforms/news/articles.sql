-- Normal forms of URLs: which URLs belong to the same article. Used for all sources; see articles.py.

CREATE OR REPLACE MACRO _trimmed(url) AS trim(url, E' \t\r\n');

-- The original URL of a page from AMP's caches and viewers, which serve pages of others under
-- `https://<any>.cdn.ampproject.org/c/s/<host>/…` (Google's cache; Bing's is bing-amp.com), where `c` is the
-- kind of content and `s` is for https, and under `https://www.google.<tld>/amp/s/<host>/…`.
-- Source: https://cdn.ampproject.org/caches.json and amp.dev on the form of cache addresses.
CREATE OR REPLACE MACRO _unwrapped(url) AS CASE
    WHEN contains(url, '.cdn.ampproject.org/') OR contains(url, '.bing-amp.com/') OR contains(url, '/amp/')
    THEN regexp_replace(
        url,
        '^https?://(?:[^/?#]*\.(?:cdn\.ampproject\.org|bing-amp\.com)/[a-z]|(?:www\.)?google\.[a-z.]+/amp)'
            || '/(?:s/)?([^/?#]+\.)',
        'https://\1',
        'i')
    ELSE url
END;

-- The parts of a web address; all empty for any other text.
CREATE OR REPLACE MACRO _parts(url) AS regexp_extract(
    url,
    '^https?://(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^/?#:@.\s\[\]][^/?#:@\s\[\]]*)(?::([0-9]*))?'
        || '(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?$',
    ['host', 'port', 'path', 'query', 'fragment'],
    'is');

-- The outlet's host without server prefixes.
CREATE OR REPLACE MACRO _outlet(host) AS
    regexp_replace(rtrim(lower(host), '.'), '^(?:(?:www|amp)\.)+([^.]+\.)', '\1');

-- A path without AMP's part (`/amp` at either end, `/amphtml` at the start; `.amp`, `.amp.html`, `-amp.html`,
-- `_amp.html` at the end) and without slashes at the end.
CREATE OR REPLACE MACRO _page(path) AS rtrim(
    CASE
        WHEN contains(lower(path), 'amp')
        THEN regexp_replace(
            regexp_replace(path, '^(?:/+amp(?:html)?)+(/|$)', '\1', 'i'),
            '(?:(?:/+amp|\.amp)+|(?:[._-]amp)+(\.html?))/*$',
            '\1',
            'i')
        ELSE path
    END,
    '/');

-- Parameters that track where a reader came from, or select AMP, but do not identify the page. From the
-- lists of Brave's query filter, mpchadwick/tracking-query-params-registry and medialab/ural, by groups:
-- campaigns (Google Analytics, Matomo, Piano, Comscore, HubSpot, Adobe);
-- clicks (Google, Facebook, Microsoft, Yandex, X, TikTok);
-- mailings (Mailchimp, HubSpot, Marketo, Vero, Omeda, MailerLite);
-- sharing (Instagram, Facebook, X, Echobox, Alibaba, New York Times, MSN, Yahoo);
-- what AMP's caches add, and AMP's forms (WordPress, Arc XP and others).
CREATE OR REPLACE MACRO _says_no_page(parameter) AS regexp_matches(
    parameter,
    '^(?:(?:utm|mtm|at|itm|hsa)_[^=]*|pk_(?:campaign|cid|content|keyword|kwd|medium|source)|xtor'
        || '|ns_(?:campaign|fee|linkname|mchannel|source)|cmp|cmpid|icid|s_cid'
        || '|gclid|gclsrc|dclid|gbraid|wbraid|gad_source|_ga|_gl|srsltid|fbclid|msclkid'
        || '|yclid|ysclid|_openstat|twclid|ttclid'
        || '|mc_[ce]id|_hsenc|_hsmi|__hs(?:fp|sc|tc)|mkt_tok|vero_(?:id|conv)|oly_(?:anon|enc)_id'
        || '|ml_subscriber(?:_hash)?'
        || '|igsh(?:id)?|mibextid|fb_(?:ref|source|action_ids|action_types)|ref_src|ref_url'
        || '|__twitter_impression|echobox|spm|smid|smtyp|ocid|ncid|guccounter|guce_[^=]*'
        || '|amp_[^=]*|usqp|aoh|ampshare|__amp_source_origin|wpamp)(?:=|$)'
        || '|^_?amp(?:=(?:1|true|amp)?)?$|^(?:outputtype|output|mode|facet)=amp(?:-type)?$',
    'i');

CREATE OR REPLACE MACRO _search(query) AS CASE
    WHEN query = '' THEN ''
    ELSE coalesce('?' || nullif(array_to_string(list_sort(list_filter(
        string_split(regexp_replace(query, '&(?:amp;)+', '&', 'g'), '&'),
        lambda parameter: parameter <> '' AND NOT _says_no_page(parameter))), '&'), ''), '')
END;

-- Escapes as RFC 3986 (6.2.2.1) and RFC 3987 (3.1) have them: for all but visible ASCII, hex in upper case.
CREATE OR REPLACE MACRO _escaped(text) AS CASE
    WHEN regexp_matches(text, '[^\x21-\x7e]')
    THEN array_to_string(list_transform(
        regexp_extract_all(text, '[\x21-\x7e]+|[^\x21-\x7e]+'),
        lambda part: CASE WHEN regexp_matches(part, '^[\x21-\x7e]') THEN part ELSE url_encode(part) END), '')
    ELSE text
END;
CREATE OR REPLACE MACRO _upper_hex(text) AS CASE
    WHEN contains(text, '%')
    THEN array_to_string(list_transform(
        string_split(text, '%'),
        lambda part, i: CASE
            WHEN i > 1 AND regexp_matches(part, '^[0-9a-fA-F]{2}')
            THEN upper(left(part, 2)) || substr(part, 3)
            ELSE part
        END), '%')
    ELSE text
END;

-- NULL if it is not a web address. A fragment is a position on a page, except `#!…` and `#/…`, which identify a page.
CREATE OR REPLACE MACRO _joined(p) AS CASE WHEN p.host <> '' THEN
    _outlet(p.host)
    || CASE WHEN p.port IN ('', '80', '443') THEN '' ELSE ':' || p.port END
    || _page(p.path)
    || _search(p.query)
    || CASE WHEN regexp_matches(p.fragment, '^[!/]+[^!/]') THEN '#' || p.fragment ELSE '' END
END;

-- Each step runs over a list of one element: otherwise DuckDB would compute it once per use in the next step.
CREATE OR REPLACE MACRO normal_url(url) AS coalesce(
    list_transform(
        list_transform(
            list_transform(
                list_transform([_unwrapped(_trimmed(url))], lambda whole: _parts(whole)),
                lambda parts: _joined(parts)),
            lambda joined: _escaped(joined)),
        lambda escaped: _upper_hex(escaped))[1],
    _trimmed(url));

CREATE OR REPLACE MACRO article_id(url) AS 'a-' || left(sha256(normal_url(url)), 16);

CREATE OR REPLACE MACRO web_domain(url) AS nullif(_outlet(_parts(_unwrapped(_trimmed(url))).host), '');
