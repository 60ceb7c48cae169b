/* What the theme leaves out for those who use a keyboard or hear a page. Wide tables scroll inside a box that it puts
   around them when a page is shown: here that box is reached with Tab, and scrolled with the arrow keys. The bar of
   buttons above each block of code is no place to go to, so that lists of such places leave it out. */
(function () {
  const mend = () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      const caption = box.querySelector("caption"), name = caption ? caption.textContent.trim() : headingBefore(box);
      box.setAttribute("aria-label", name ? `Table: ${name}` : "Table");
    }
    for (const bar of document.querySelectorAll("nav.md-code__nav:not([role])")) bar.setAttribute("role", "presentation");
  };

  // the words of the heading under which something stands
  function headingBefore(box) {
    for (let one = box; one && one.parentElement; one = one.parentElement) {
      for (let other = one.previousElementSibling; other; other = other.previousElementSibling) {
        if (/^H[1-6]$/.test(other.tagName)) return other.firstChild.textContent.trim();
      }
    }
    return "";
  }

  new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
  mend();
})();
