// How many of some notifications are unread, kept as they come, go and are read.
// No DOM in here.

export class UnreadCounts {
  unread = 0;
  unreadOfEra = 0; // without those of epochs before
  #era = 0;
  missed = { count: 0, critical: 0 };

  // `sign`: 1 for one that comes, -1 for one that goes or is about to be read.
  count(item, sign) {
    if (!item.isUnread) return;
    this.unread += sign;
    if (item.era === this.#era) this.unreadOfEra += sign;
    if (!item.isMissed) return;
    this.missed.count += sign;
    if (item.level === 'critical') this.missed.critical += sign;
  }

  // Those from now on are of another epoch.
  startAnew() {
    this.#era += 1;
    this.unreadOfEra = 0;
  }
}
