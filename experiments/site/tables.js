/* Wide tables scroll inside a box that the theme puts around them when a page is shown. Whoever uses the keyboard reaches
   that box with Tab and scrolls it with the arrow keys, if it can have the focus. */
(function () {
  const reach = () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      const caption = box.querySelector("caption"), before = headingBefore(box);
      box.setAttribute("aria-label", `Table${caption ? `: ${caption.textContent.trim()}` : before ? `: ${before}` : ""}`);
    }
  };

  // the words of the heading under which a table stands
  function headingBefore(box) {
    for (let one = box; one && one.parentElement; one = one.parentElement) {
      for (let other = one.previousElementSibling; other; other = other.previousElementSibling) {
        if (/^H[1-6]$/.test(other.tagName)) return other.firstChild.textContent.trim();
      }
    }
    return "";
  }

  new MutationObserver(reach).observe(document.documentElement, { childList: true, subtree: true });
  reach();
})();
